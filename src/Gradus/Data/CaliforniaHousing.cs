using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;

namespace Gradus;

/// <summary>StatLib's archive of the California housing data as a CSV file with a header.</summary>
internal static class CaliforniaHousing
{
    private const string Header =
        "longitude,latitude,housingMedianAge,totalRooms,totalBedrooms,population,households,medianIncome,medianHouseValue";

    /// <summary>Reads the .tgz, whose <c>cal_housing.data</c> has no header and numbers such as <c>41.000000</c>; writes them as 41.</summary>
    public static void Convert(Stream archive, Stream csv)
    {
        using var gzip = new GZipStream(archive, CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        while (tar.GetNextEntry() is { } entry)
        {
            if (!entry.Name.EndsWith("cal_housing.data", StringComparison.Ordinal) || entry.DataStream is null)
                continue;
            Write(entry.DataStream, csv);
            return;
        }
        throw new GradusException("The archive of california-housing has no file cal_housing.data. Fetch it again.");
    }

    private static void Write(Stream data, Stream csv)
    {
        using var reader = new StreamReader(data);
        using var writer = new StreamWriter(csv, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(Header);
        var columns = Header.Split(',').Length;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0)
                continue;
            var fields = line.Split(',');
            if (fields.Length != columns)
                throw new GradusException($"cal_housing.data has a row of {fields.Length} fields; expected {columns}: '{line}'.");
            writer.WriteLine(string.Join(',', fields.Select(f =>
                double.Parse(f, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture))));
        }
    }
}

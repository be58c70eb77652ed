using System.Text.RegularExpressions;

namespace Gradus;

/// <summary>Fits a transform to each input column of the training rows; the pixels of an image share one.</summary>
internal sealed partial class InputFitting(Table train, PreprocessingOptions options)
{
    /// <summary>So many pixels in a row of columns make an image.</summary>
    private const int SmallestImage = 16;

    private readonly List<InputTransform> fitted = [];

    /// <summary>One transform a column, or a block of pixels, in the order of the columns.</summary>
    public InputTransform[] Run()
    {
        var columns = train.Columns.Where(c => !options.Targets.Contains(c.Name) && !options.Ignore.Contains(c.Name)).ToList();
        for (var i = 0; i < columns.Count;)
        {
            var pixels = columns.Skip(i).TakeWhile(c => SameImage(columns[i], c)).ToList();
            if (pixels.Count > 0 && columns[i] is PixelColumn)
            {
                fitted.Add(new PixelTransform([.. pixels.Select(p => p.Name)], options.Scaling == Scaling.None ? 1 : 255));
                i += pixels.Count;
            }
            else if (pixels.Count >= SmallestImage)
            {
                fitted.Add(new PixelTransform([.. pixels.Select(p => p.Name)], Largest(pixels)));
                i += pixels.Count;
            }
            else
            {
                Fit(columns[i++]);
            }
        }

        return [.. fitted];
    }

    private void Fit(Column column)
    {
        switch (column)
        {
            case NumberColumn number:
                var scaling = options.ColumnScaling.GetValueOrDefault(number.Name, options.Scaling ?? Scaling.Standardize);
                fitted.Add(NumberTransform.Fit(number.Name, number.Values, number.MissingCount, scaling, options.Clip));
                break;
            case BooleanColumn boolean:
                fitted.Add(BooleanTransform.Fit(boolean));
                break;
            case DateColumn date:
                fitted.Add(DateTransform.Fit(date));
                break;
            case CategoryColumn category:
                var codes = CategoryCodes.Fit(category, options.RareBelow);
                fitted.Add(options.Indexed.Contains(category.Name) || codes.Levels > options.OneHotUpTo ? new IndexTransform(codes) : new OneHotTransform(codes));
                break;
        }
    }

    /// <summary>Whether enough of the columns are named as the pixels of an image.</summary>
    public static bool HoldsImage(IEnumerable<Column> columns) =>
        columns.Count(column => column is PixelColumn || (column is NumberColumn && PixelName().IsMatch(column.Name))) >= SmallestImage;

    /// <summary>Whether a column is named as a pixel of an image: pixel7, pixel_3_4.</summary>
    public static bool IsPixelName(string name) => PixelName().IsMatch(name);

    private bool SameImage(Column first, Column column) => first is PixelColumn block
        ? column is PixelColumn next && ReferenceEquals(next.Pixels, block.Pixels)
        : IsNamedPixel(first) && IsNamedPixel(column);

    /// <summary>Whether a number column is a pixel by its name (pixel_3_4, pixel7) and its values (none below 0, none missing),
    /// and its scaling was left to us.</summary>
    private bool IsNamedPixel(Column column) =>
        options.Scaling is null && options.Clip is null && column is NumberColumn { MissingCount: 0 } number && !options.ColumnScaling.ContainsKey(column.Name)
        && PixelName().IsMatch(column.Name) && !number.Values.ContainsAnyInRange(float.NegativeInfinity, -float.Epsilon);

    private static float Largest(List<Column> pixels)
    {
        var largest = 0f;
        foreach (var pixel in pixels.OfType<NumberColumn>())
            largest = Math.Max(largest, System.Numerics.Tensors.TensorPrimitives.Max(pixel.Values));
        return largest > 0 ? largest : 1;
    }

    [GeneratedRegex(@"^pixel[ _]?\d+([ _x]\d+)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PixelName();
}

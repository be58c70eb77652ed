namespace Gradus.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gradus").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Writes_and_replaces()
    {
        var path = Path.Combine(folder, "new", "file");
        AtomicFile.Write(path, s => s.Write([1, 2]));
        AtomicFile.Write(path, s => s.Write([3]));
        Assert.Equal([3], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "new")));
    }

    [Fact]
    public void A_failure_leaves_the_old_file_and_nothing_else()
    {
        var path = Path.Combine(folder, "file");
        File.WriteAllBytes(path, [1]);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, s =>
        {
            s.Write([9, 9]);
            throw new InvalidOperationException();
        }));
        Assert.Equal([1], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_folder_is_no_file() =>
        Assert.Contains("is a folder", Assert.Throws<GradusException>(() => AtomicFile.Write(folder, _ => { })).Message, StringComparison.Ordinal);
}

namespace Gradus;

/// <summary>Times short work: repeats it in growing chunks and takes the median chunk.</summary>
internal static class Stopwatches
{
    private const double ChunkMicroseconds = 20_000;

    /// <summary>Median microseconds of one repetition, the first quarter left out as warming up.</summary>
    public static double Median(Action work, double seconds, TimeProvider time)
    {
        work();
        var chunks = new List<double>();
        var begun = time.GetTimestamp();
        for (var repetitions = 1; time.GetElapsedTime(begun).TotalSeconds < seconds || chunks.Count < 4;)
        {
            var start = time.GetTimestamp();
            for (var i = 0; i < repetitions; i++)
                work();
            var elapsed = time.GetElapsedTime(start).TotalMicroseconds;
            chunks.Add(elapsed / repetitions);
            if (elapsed < ChunkMicroseconds)
                repetitions *= 2;
        }

        var late = chunks[(chunks.Count / 4)..];
        late.Sort();
        return late[late.Count / 2];
    }
}

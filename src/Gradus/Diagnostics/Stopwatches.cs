namespace Gradus;

/// <summary>Times short work: repeats it in growing chunks and takes the median chunk.</summary>
internal static class Stopwatches
{
    private const double ChunkMicroseconds = 20_000;

    /// <summary>Median microseconds of one repetition, after as long a time of warming up: the runtime compiles hot methods a
    /// second time while they run.</summary>
    public static double Median(Action work, double seconds, TimeProvider time)
    {
        var warming = time.GetTimestamp();
        do
        {
            work();
        }
        while (time.GetElapsedTime(warming).TotalSeconds < seconds);
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

        chunks.Sort();
        return chunks[chunks.Count / 2];
    }
}

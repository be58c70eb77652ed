using Gradus.Kernels;
using Gradus.Programs;

namespace Gradus;

/// <summary>Measures this machine and Gradus on it with synthetic data: peak, bandwidth, products, elementwise work, training
/// steps, forward passes, compilation.</summary>
public sealed class SpeedTest
{
    private readonly double seconds;
    private readonly TimeProvider time;

    /// <summary>Makes a measurement.</summary>
    /// <param name="seconds">Duration of each measurement, above 0.</param>
    /// <param name="time">Measures time; the system's if null.</param>
    public SpeedTest(double seconds = 1, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds);
        (this.seconds, this.time) = (seconds, time ?? TimeProvider.System);
    }

    /// <summary>Multiply-adds from registers of threads that run at the same time, all together in GFLOP/s. Threads that share a core, as
    /// two virtual cores of a machine may do for a while, do no more than one.</summary>
    /// <param name="threads">At least 1.</param>
    public double FmaPeak(int threads = 1)
    {
        using var team = new WorkerTeam(threads);
        var multiplyAdds = new MultiplyAdds(threads);
        return multiplyAdds.Flops / Stopwatches.Median(() => team.Run(multiplyAdds), seconds, time) / 1e3;
    }

    /// <summary>Bytes read and written by one core summing two vectors of 64 MB into a third, in GB/s.</summary>
    public double Bandwidth()
    {
        const int length = 16 << 20;
        AlignedBuffer a = new(length), b = new(length), c = new(length);
        FillUniform(a.Span);   // pages that were never written are one page of zeros in the cache
        FillUniform(b.Span);
        var microseconds = Stopwatches.Median(
            () => System.Numerics.Tensors.TensorPrimitives.Add(a.Span, b.Span, c.Span), seconds, time);
        return 3.0 * sizeof(float) * length / microseconds / 1e3;
    }

    /// <summary>Nanoseconds until a thread sees what another one, on another core, has written: half of a round trip; null
    /// where there is one core. Seen: 26 to 36 where cores share the third cache level, or both are threads of one, and 150 to 175 where
    /// not; threads that share a training step are then slower too.</summary>
    public double? Handover()
    {
        if (Environment.ProcessorCount == 1)
            return null;
        const int trips = 1_000;
        var messages = new long[32];   // the one in use lies alone in its cache lines
        var ended = false;
        var other = new Thread(() =>
        {
            while (!Volatile.Read(ref ended))
            {
                if (Volatile.Read(ref messages[16]) is var message && message % 2 == 1)
                    Volatile.Write(ref messages[16], message + 1);
            }
        })
        { IsBackground = true, Name = "Gradus handover" };
        other.Start();
        try
        {
            return Stopwatches.Median(RoundTrips, seconds, time) * 1e3 / (2 * trips);
        }
        finally
        {
            Volatile.Write(ref ended, true);
            other.Join();
        }

        void RoundTrips()
        {
            for (var i = 0; i < trips; i++)
            {
                Volatile.Write(ref messages[16], messages[16] + 1);
                while (Volatile.Read(ref messages[16]) % 2 == 1)
                {
                }
            }
        }
    }

    /// <summary>Microseconds of one product C (m × n) = op(A)·op(B).</summary>
    public double Product(int m, int n, int k, bool transposeA, bool transposeB, int threads)
    {
        var a = transposeA ? Expression.Input(k, m) : Expression.Input(m, k);
        var b = transposeB ? Expression.Input(n, k) : Expression.Input(k, n);
        using var team = new WorkerTeam(threads);
        var product = Functions.Dot(a, b, transposeA, transposeB);
        var program = CompiledProgram.Compile([product], new ProgramOptions { Team = team });
        FillUniform(program[a]);
        FillUniform(program[b]);
        return Stopwatches.Median(() => program.Run(), seconds, time);
    }

    /// <summary>Microseconds of an elementwise function on a vector.</summary>
    public double Elementwise(Func<Expression, Expression> function, int length)
    {
        ArgumentNullException.ThrowIfNull(function);
        var x = Expression.Input(1, length);
        var program = CompiledProgram.Compile([function(x)]);
        FillUniform(program[x]);
        return Stopwatches.Median(() => program.Run(), seconds, time);
    }

    /// <summary>A training step: batch gathered, forward, backward, update.</summary>
    /// <param name="sizes">Widths from input to output; ReLU between, cross-entropy for several outputs, mean squared error for
    /// one.</param>
    /// <param name="batch">Rows a step.</param>
    /// <param name="optimizer">The step.</param>
    /// <param name="threads">At least 1.</param>
    public StepTime TrainingStep(IReadOnlyList<int> sizes, int batch, ElementwiseOptimizer optimizer, int threads)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        return TrainingStep(sizes[0], LayersOf(sizes), batch, new TrainOptions { Optimizer = optimizer }, threads);
    }

    /// <summary>As <see cref="TrainingStep(IReadOnlyList{int}, int, ElementwiseOptimizer, int)"/>, of any layers and with what the
    /// options add to a step: penalties, clipping, max-norm, label smoothing.</summary>
    /// <param name="inputs">Number of features.</param>
    /// <param name="layers">Hidden layers and the output layer.</param>
    /// <param name="batch">Rows a step.</param>
    /// <param name="options">The optimiser, which is elementwise, and regularisation.</param>
    /// <param name="threads">At least 1.</param>
    public StepTime TrainingStep(int inputs, IReadOnlyList<Layer> layers, int batch, TrainOptions options, int threads)
    {
        using var team = new WorkerTeam(threads);
        var (step, compiled) = PrepareStep(inputs, layers, batch, options, team, time);
        var begun = time.GetTimestamp();
        step();
        var first = time.GetElapsedTime(begun).TotalMicroseconds;
        var median = Stopwatches.Median(step, seconds, time);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        step();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        int[] sizes = [inputs, .. layers.OfType<Dense>().Select(layer => layer.Outputs)];
        return new StepTime(median, compiled, first, TrainingFlops(sizes, batch), allocated);
    }

    /// <summary>A training step on synthetic data, taken at every call, and the microseconds that compiling it took.</summary>
    internal static (Action Step, double CompileMicroseconds) PrepareStep(
        IReadOnlyList<int> sizes, int batch, ElementwiseOptimizer optimizer, WorkerTeam? team, TimeProvider time) =>
        PrepareStep(sizes[0], LayersOf(sizes), batch, new TrainOptions { Optimizer = optimizer }, team, time);

    private static (Action Step, double CompileMicroseconds) PrepareStep(
        int inputs, IReadOnlyList<Layer> layers, int batch, TrainOptions options, WorkerTeam? team, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Enough rows that a small network cannot learn them by heart in the millions of steps that are measured: gradients that
        // vanish become denormal numbers, which are slow.
        var blocks = Math.Clamp((1 << 18) / (batch * inputs), 8, 64);
        var (network, loss, weights) = NetworkOf(inputs, layers);
        var optimizer = new OptimizerState(
            options.Optimizer as ElementwiseOptimizer ?? throw new ArgumentException("A step of batches has an elementwise optimiser.", nameof(options)), weights);
        var table = SyntheticTable([inputs, network.OutputCount], blocks * batch);
        var rows = new int[blocks][];
        for (var i = 0; i < blocks; i++)
            rows[i] = [.. Enumerable.Range(i * batch, batch)];
        var begun = time.GetTimestamp();
        var step = new TrainingStep(network, loss, batch, optimizer, options, team);
        var compiled = time.GetElapsedTime(begun).TotalMicroseconds;
        long number = 0;
        return (() =>
        {
            number++;
            step.Run(table, rows[number % blocks], number, options.Optimizer.LearningRate);
        }, compiled);
    }

    /// <summary>Seconds of one pass over the training rows: shuffling, batches, steps, the loss of the validation rows; the
    /// median of several.</summary>
    /// <param name="sizes">Widths from input to output; ReLU between.</param>
    /// <param name="rows">Number of training rows, at least 1.</param>
    /// <param name="batch">Rows a step.</param>
    /// <param name="optimizer">The step.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="validationRows">Rows that are measured after the steps; 0 for none.</param>
    public double Epoch(IReadOnlyList<int> sizes, int rows, int batch, ElementwiseOptimizer optimizer, int threads, int validationRows = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        var (network, loss, weights) = NetworkOf(sizes);
        var table = SyntheticTable(sizes, rows);
        using var enough = new CancellationTokenSource();
        var epochs = new List<double>();
        var total = 0.0;
        var ended = time.GetTimestamp();
        new Trainer(network, loss, weights, new TrainOptions
        {
            Epochs = int.MaxValue,
            BatchSize = batch,
            Optimizer = optimizer,
            Schedule = Schedule.Constant,
            Threads = threads,
            Time = time,
            OnEpoch = _ =>
            {
                // The first epoch ends with a program compiled and memory touched for the first time; the median leaves it out.
                epochs.Add(time.GetElapsedTime(ended).TotalSeconds);
                ended = time.GetTimestamp();
                total += epochs[^1];
                if (total >= seconds && epochs.Count >= 3)
                    enough.Cancel();
            },
        }).Train(table, validationRows > 0 ? SyntheticTable(sizes, validationRows) : null, cancellation: enough.Token);
        var late = epochs[Math.Max(1, epochs.Count / 4)..];
        late.Sort();
        return late[late.Count / 2];
    }

    /// <summary>Changed pictures a second, made as training makes them but with nothing else to do; and the managed memory that a
    /// batch allocates.</summary>
    /// <param name="augmentation">How pictures are changed.</param>
    /// <param name="size">Of the pictures, of which there are 1,000.</param>
    /// <param name="batch">Pictures made at a time.</param>
    /// <param name="threads">At least 1.</param>
    public (double PicturesPerSecond, long AllocatedBytes) Augmenting(Augmentation augmentation, ImageSize size, int batch, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        const int rows = 1_000, classes = 10;
        var bytes = new byte[rows * size.Pixels];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)((long)i * 2_654_435_761 >> 16);
        var targets = new float[rows];
        var table = new EncodedTable(new FeatureMatrix(new PixelRows(bytes, size.Pixels), 255), targets, null, new TransformReport([], 0)) { Images = size };
        using var team = new WorkerTeam(threads);
        var batches = new AugmentedBatches(new ImageAugmenter(augmentation, table, classes, 1), team, batch, 0);
        var order = new int[batch];
        for (var i = 0; i < order.Length; i++)
            order[i] = i % rows;
        var (pictures, distributions, epoch) = (new float[batch * size.Pixels], new float[batch * classes], 0);
        void Make()
        {
            batches.Start(order, epoch++);
            batches.Take(pictures, distributions);
        }

        var microseconds = Stopwatches.Median(Make, seconds, time);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        Make();
        return (batch / microseconds * 1e6, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }

    /// <summary>A forward pass from inputs in memory to outputs.</summary>
    public StepTime ForwardPass(IReadOnlyList<int> sizes, int batch, int threads)
    {
        var (network, _, weights) = NetworkOf(sizes);
        using var team = new WorkerTeam(threads);
        var begun = time.GetTimestamp();
        var program = CompiledProgram.Compile([network.Output], new ProgramOptions
        {
            Batch = batch,
            Team = team,
            Placements = [.. weights.PlaceEach()],
            FixedParameters = true,
        });
        var compiled = time.GetElapsedTime(begun).TotalMicroseconds;
        FillUniform(program[network.Input]);
        begun = time.GetTimestamp();
        program.Run();
        var first = time.GetElapsedTime(begun).TotalMicroseconds;
        var median = Stopwatches.Median(() => program.Run(), seconds, time);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        program.Run();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return new StepTime(median, compiled, first, 2.0 * batch * Connections(sizes), allocated);
    }

    private static double Connections(IReadOnlyList<int> sizes) => sizes.Zip(sizes.Skip(1), (a, b) => (double)a * b).Sum();

    // Forward, gradient of the weights, gradient of the layer below: three products a layer, two in the first.
    private static double TrainingFlops(int[] sizes, int batch) =>
        2.0 * batch * ((3 * Connections(sizes)) - ((double)sizes[0] * sizes[1]));

    private static (Network Network, Loss Loss, ParameterBuffer Weights) NetworkOf(IReadOnlyList<int> sizes)
    {
        var layers = LayersOf(sizes);
        return NetworkOf(sizes[0], layers);
    }

    private static (Network Network, Loss Loss, ParameterBuffer Weights) NetworkOf(int inputs, IReadOnlyList<Layer> layers)
    {
        var network = new Network(inputs, layers);
        return (network, network.OutputCount > 1 ? Loss.CrossEntropy : Loss.MeanSquaredError, network.Initialize(1));
    }

    private static Layer[] LayersOf(IReadOnlyList<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.Count < 2)
            throw new ArgumentException("A network has at least an input and an output, such as 8,10,1.", nameof(sizes));
        return [.. sizes.Skip(1).Select((size, i) => new Dense(size, i == sizes.Count - 2 ? Activation.Identity : Activation.Relu))];
    }

    private static EncodedTable SyntheticTable(IReadOnlyList<int> sizes, int rows)
    {
        var features = new float[rows * sizes[0]];
        Philox.Normal(new RandomKey(1, 0, 0), 0, features);
        var targets = new float[rows];
        for (var i = 0; i < rows; i++)
            targets[i] = sizes[^1] > 1 ? i % sizes[^1] : features[i * sizes[0]];
        return new EncodedTable(new FeatureMatrix(features, rows, sizes[0]), targets, null, new TransformReport([], 0));
    }

    private static void FillUniform(Span<float> values) => Philox.Uniform(new RandomKey(2, 0, 0), 0, values);

    private sealed class MultiplyAdds(int threads) : Instruction
    {
        private const int Rounds = 200_000;

        public double Flops { get; } = threads * Kernels.FmaPeak.Run(Rounds);

        public override int Parts => threads;

        public override double Cost => double.PositiveInfinity;

        public override void Run(int part, int worker) => Kernels.FmaPeak.Run(Rounds);
    }
}

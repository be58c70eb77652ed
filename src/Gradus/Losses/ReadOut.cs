namespace Gradus;

/// <summary>What turns the output of a network into an answer.</summary>
public enum ReadOut
{
    /// <summary>The output is the value.</summary>
    Identity,

    /// <summary>eᶻ is the value: a mean that is above 0.</summary>
    Exponential,

    /// <summary>σ(z) is the probability of the second of two classes.</summary>
    Sigmoid,

    /// <summary>softmax(z) are the probabilities of the classes.</summary>
    Softmax,

    /// <summary>Several targets: each has its own columns and its own read-out.</summary>
    Joint,
}

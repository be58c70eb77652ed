namespace Gradus;

/// <summary>Layers that training leaves as they are (<see cref="TrainOptions.Freeze"/>).</summary>
internal static class Freezing
{
    /// <summary>Whether training leaves a parameter as it is.</summary>
    public static bool Holds(NetworkParameter parameter, TrainOptions options) => options.Freeze.Any(layer => Network.IsOf(parameter, layer));

    /// <summary>Refuses names of no layer, and a network of which nothing is left to train.</summary>
    /// <exception cref="GradusException">The message names the layers that there are.</exception>
    public static void Check(Network network, TrainOptions options)
    {
        foreach (var name in options.Freeze.Where(name => !network.Parameters.Any(parameter => parameter.IsTrained && Network.IsOf(parameter, name))))
        {
            throw new GradusException($"There is no layer '{name}' to freeze, or it has no parameters. Layers with parameters: "
                + $"{string.Join(", ", network.ParameterLayers)}.");
        }

        if (options.Freeze.Count > 0 && network.Parameters.All(parameter => !parameter.IsTrained || Holds(parameter, options)))
            throw new GradusException($"Every layer is frozen ({string.Join(", ", options.Freeze)}), so nothing could be learnt. Leave one out.");
    }
}

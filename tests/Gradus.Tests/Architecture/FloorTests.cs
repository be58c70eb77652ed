using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;

namespace Gradus.Tests.Architecture;

/// <summary>Each folder of the library may use only what stands below it. What a type uses is read from the compiled code:
/// base types, signatures, fields, and every type or member that an instruction names.</summary>
public sealed partial class FloorTests
{
    private static readonly string[]
        Kernels = ["Kernels"], Expressions = [.. Kernels, "Expressions"], Programs = [.. Expressions, "Programs"],
        Vocabulary = [.. Programs, "Layers", "Losses", "Optimizers"], Data = [.. Kernels, "Data"],
        Training = [.. Vocabulary, "Data", "Training"], Models = [.. Training, "Models"],
        Top = [.. Models, "Diagnostics", "Experiments", "Search", "Reports"];

    /// <summary>The folders that each folder may use.</summary>
    private static readonly Dictionary<string, string[]> Floors = new()
    {
        ["Kernels"] = Kernels,
        ["Expressions"] = Expressions,
        ["Programs"] = Programs,
        ["Layers"] = Vocabulary,
        ["Losses"] = Vocabulary,
        ["Optimizers"] = Vocabulary,
        ["Data"] = Data,
        ["Training"] = Training,
        ["Models"] = Models,
        ["Diagnostics"] = Top,
        ["Experiments"] = Top,
        ["Search"] = Top,
        ["Reports"] = Top,
    };

    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes).GetFields().Select(field => field.GetValue(null))
        .OfType<OpCode>().ToDictionary(code => code.Value);

    private static readonly Dictionary<string, string> FolderOf = Declarations();

    [Fact]
    public void Every_folder_has_a_floor()
    {
        var folders = Directory.GetDirectories(Repository.PathOf("src/Gradus")).Select(Path.GetFileName).Except(["bin", "obj"]);
        Assert.Empty(folders.Except(Floors.Keys));
    }

    [Fact]
    public void No_folder_reaches_up()
    {
        var (wrong, uses) = (new SortedSet<string>(StringComparer.Ordinal), 0);
        foreach (var type in typeof(Expression).Assembly.GetTypes())
        {
            if (Folder(type) is not { } folder)
                continue;
            foreach (var used in UsedBy(type).SelectMany(Parts))
            {
                if (used.Assembly != type.Assembly || Folder(used) is not { } other)
                    continue;
                uses++;
                if (!Floors[folder].Contains(other))
                    wrong.Add($"{folder}/{Outermost(type).Name} uses {other}/{Outermost(used).Name}");
            }
        }

        Assert.Empty(wrong);
        Assert.True(uses > 2_000, $"only {uses} uses were found");
    }

    [Fact]
    public void The_search_for_uses_finds_them()
    {
        // One of each kind, so that the test above cannot pass by seeing nothing.
        bool Uses(Type type, Type used) => UsedBy(type).SelectMany(Parts).Contains(used);
        Assert.True(Uses(typeof(Dense), typeof(Layer)));                    // base type
        Assert.True(Uses(typeof(Trainer), typeof(TrainingStep)));           // field of a nested type, constructor
        Assert.True(Uses(typeof(Gradient), typeof(Functions)));             // static call
        Assert.True(Uses(typeof(Model), typeof(ModelFile)));                // static call alone
        Assert.True(Uses(typeof(Network), typeof(NetworkParameter)));       // generic argument
    }

    [Fact]
    public void Unsafe_code_stands_in_kernels_alone()
    {
        var files = Repository.Sources("src").Where(file => Unsafe().IsMatch(Repository.Code(file))).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.StartsWith(Repository.PathOf("src/Gradus/Kernels"), file, StringComparison.Ordinal));
    }

    [Fact]
    public void No_file_is_longer_than_400_lines()
    {
        var files = Repository.Sources("src").Concat(Repository.Sources("tests")).ToList();
        Assert.True(files.Count > 100);
        Assert.Empty(files.Where(file => File.ReadLines(file).Count() > 400).Select(file => Path.GetRelativePath(Repository.Root, file)));
    }

    private static Dictionary<string, string> Declarations()
    {
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Repository.Sources("src/Gradus"))
        {
            var path = Path.GetRelativePath(Repository.PathOf("src/Gradus"), file).Split(Path.DirectorySeparatorChar);
            var code = Repository.Code(file);
            foreach (Match match in Declaration().Matches(code))
            {
                var name = $"{Namespace().Match(code).Groups[1].Value}.{match.Groups[1].Value}";
                if (!folders.TryAdd(name, path[0]) && folders[name] != path[0])
                    throw new InvalidOperationException($"Type {name} is declared in two folders.");
            }
        }

        return folders;
    }

    private static string? Folder(Type type)
    {
        var name = Outermost(type).FullName?.Split('`')[0] ?? "";
        return FolderOf.TryGetValue(name, out var folder) ? folder
            : Outermost(type).Namespace?.StartsWith("Gradus", StringComparison.Ordinal) != true ? null   // the compiler's own
            : throw new InvalidOperationException($"The declaration of {type} was not found in the sources.");
    }

    private static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type.IsGenericType ? type.GetGenericTypeDefinition() : type;
    }

    /// <summary>A type, its element type, and its generic arguments.</summary>
    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType && type.GetElementType() is { } element)
            return Parts(element);
        return type.IsGenericParameter ? [] : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type) : [type];
    }

    private static IEnumerable<Type> UsedBy(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        if (type.BaseType is { } parent)
            yield return parent;
        foreach (var used in type.GetInterfaces().Concat(type.GetFields(All).Select(field => field.FieldType)))
            yield return used;
        foreach (var nested in type.GetNestedTypes(All))
            foreach (var used in UsedBy(nested))
                yield return used;
        foreach (var method in type.GetMembers(All).OfType<MethodBase>())
        {
            foreach (var used in method.GetParameters().Select(parameter => parameter.ParameterType))
                yield return used;
            if (method is MethodInfo { ReturnType: { } result })
                yield return result;
            foreach (var used in NamedIn(method))
                yield return used;
        }
    }

    private static IEnumerable<Type> NamedIn(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body || body.GetILAsByteArray() is not { } code)
            yield break;
        foreach (var local in body.LocalVariables)
            yield return local.LocalType;
        var typeArguments = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var i = 0; i < code.Length;)
        {
            var value = code[i] == 0xFE ? (short)((code[i] << 8) | code[i + 1]) : code[i];
            var operation = OpCodes[value];
            i += operation.Size;
            if (operation.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                var member = method.Module.ResolveMember(BitConverter.ToInt32(code, i), typeArguments, methodArguments);
                if ((member as Type ?? member?.DeclaringType) is { } used)
                    yield return used;
                if (member is MethodInfo { IsGenericMethod: true } call)
                    foreach (var argument in call.GetGenericArguments())
                        yield return argument;
            }

            i += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, i)),
                _ => 4,
            };
        }
    }

    [GeneratedRegex("""\b(?:class|struct|interface|enum|record(?:\s+struct)?|delegate\s+(?:\w|[<>,.\[\]?])+)\s+(\w+)\s*[<({:;\n]""")]
    private static partial Regex Declaration();

    [GeneratedRegex("""\bnamespace\s+([\w.]+)""")]
    private static partial Regex Namespace();

    [GeneratedRegex("""\bunsafe\b""")]
    private static partial Regex Unsafe();
}

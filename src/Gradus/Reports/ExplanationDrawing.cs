using System.Globalization;
using System.Text;

namespace Gradus;

/// <summary>An explained expression as SVG. Nodes stand in columns: a node one column right of its last operand, operands
/// that nothing else needs right beside their user. Within a column they are ordered by the mean place of their neighbours,
/// swept to and fro (Sugiyama, Tagawa and Toda 1981); an edge over several columns goes through a place in each.</summary>
internal sealed class ExplanationDrawing
{
    private const int BoxHeight = 58, ColumnGap = 76, RowGap = 22, Margin = 14, Header = 30, CharacterWidth = 8, Sweeps = 8, MaxNodes = 500;

    private readonly ExpressionExplanation explanation;
    private readonly List<List<int>> columns = [];   // places; from Nodes.Count on they are bends of edges
    private readonly List<(int From, int To, int Operand, List<int> Bends)> edges = [];
    private readonly List<double> y = [];
    private readonly List<int> columnOf = [];
    private readonly List<(List<(int Place, double Offset)> Before, List<(int Place, double Offset)> After)> neighbours = [];

    public ExplanationDrawing(ExpressionExplanation explanation)
    {
        this.explanation = explanation;
        if (explanation.Nodes.Count > MaxNodes)
        {
            throw new GradusException($"The graph has {explanation.Nodes.Count:N0} nodes; at most {MaxNodes} are drawn as SVG. "
                + "Use the formats dot or mermaid.");
        }

        PlaceNodes();
        PlaceEdges();
        for (var sweep = 0; sweep < Sweeps; sweep++)
            Order(sweep % 2 == 0);
        Straighten();
    }

    public string ToSvg()
    {
        var widths = columns.Select(column => column.Where(IsNode).Select(BoxWidth).DefaultIfEmpty(0).Max()).ToArray();
        var left = new double[columns.Count];
        for (var c = 0; c < left.Length; c++)
            left[c] = c == 0 ? Margin : left[c - 1] + widths[c - 1] + ColumnGap;
        var title = $"{explanation.Expression.Text} = {ExpressionExplanation.Format(explanation.Value)}";
        var width = Math.Max(left[^1] + widths[^1] + Margin, (title.Length * CharacterWidth) + (2 * Margin));
        var height = Header + y.Max() + BoxHeight + Margin;
        var svg = new StringBuilder();
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:0}\" height=\"{height:0}\" viewBox=\"0 0 {width:0} {height:0}\" font-family=\"sans-serif\" font-size=\"12\">");
        Line($"<title>{Escape(title)}</title>");
        Line($"<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        Line($"<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#667085\"/></marker></defs>");
        Line($"<text x=\"{Margin}\" y=\"20\" font-size=\"14\" font-family=\"monospace\">{Escape(title)}</text>");
        foreach (var edge in edges)
            DrawEdge(edge);
        foreach (var node in explanation.Nodes)
            DrawNode(node);
        return svg.Append("</svg>\n").ToString();

        void Line(FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        double Middle(int place) => Header + y[place] + (BoxHeight / 2.0);

        void DrawNode(ExplainedNode node)
        {
            var (column, box) = (columnOf[node.Id], BoxWidth(node.Id));
            var (x, top) = (left[column] + ((widths[column] - box) / 2.0), Header + y[node.Id]);
            var fill = node.Inputs.Count > 0 ? "#eef4ff" : node.Name is null ? "#f2f4f7" : "#ecfdf3";
            Line($"<rect x=\"{x:0.#}\" y=\"{top:0.#}\" width=\"{box}\" height=\"{BoxHeight}\" rx=\"7\" fill=\"{fill}\" stroke=\"#475467\"/>");
            var centre = x + (box / 2.0);
            Line($"<text x=\"{centre:0.#}\" y=\"{top + 18:0.#}\" text-anchor=\"middle\" font-size=\"15\" font-weight=\"bold\">{Escape(node.Label)}</text>");
            Line($"<text x=\"{centre:0.#}\" y=\"{top + 34:0.#}\" text-anchor=\"middle\" fill=\"#067647\">{Escape(ValueText(node))}</text>");
            Line($"<text x=\"{centre:0.#}\" y=\"{top + 50:0.#}\" text-anchor=\"middle\" fill=\"#b42318\">{Escape(GradientText(node))}</text>");
        }

        void DrawEdge((int From, int To, int Operand, List<int> Bends) edge)
        {
            var operands = explanation.Nodes[edge.To].Inputs.Count;
            // Two operands arrive at two places of the box, so that x * x has two arrows.
            var arrival = Middle(edge.To) + (operands == 1 ? 0 : edge.Operand == 0 ? -12 : 12);
            var (fromColumn, toColumn) = (columnOf[edge.From], columnOf[edge.To]);
            var x = left[fromColumn] + ((widths[fromColumn] + BoxWidth(edge.From)) / 2.0);
            var path = new StringBuilder(Invariant($"M{x:0.#} {Middle(edge.From):0.#}"));
            var previous = (X: x, Y: Middle(edge.From));
            foreach (var bend in edge.Bends)
            {
                CurveTo(left[columnOf[bend]], Middle(bend));
                previous.X += widths[columnOf[bend]];
                path.Append(Invariant($"H{previous.X:0.#}"));
            }

            var end = left[toColumn] + ((widths[toColumn] - BoxWidth(edge.To)) / 2.0);
            var last = previous;
            CurveTo(end, arrival);
            Line($"<path d=\"{path}\" fill=\"none\" stroke=\"#667085\" marker-end=\"url(#tip)\"/>");
            var label = ExplanationText.Edge(explanation.Nodes[edge.To].LocalDerivatives[edge.Operand]);
            // Near the arrow: there the edges of one operand are apart.
            var (labelX, labelY) = (last.X + ((end - last.X) * 0.6), last.Y + ((arrival - last.Y) * 0.65) - 4);
            Line($"<text x=\"{labelX:0.#}\" y=\"{labelY:0.#}\" text-anchor=\"middle\" font-size=\"11\" fill=\"#344054\" stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\">{Escape(label)}</text>");

            void CurveTo(double toX, double toY)
            {
                var half = (previous.X + toX) / 2;
                path.Append(Invariant($"C{half:0.#} {previous.Y:0.#} {half:0.#} {toY:0.#} {toX:0.#} {toY:0.#}"));
                previous = (toX, toY);
            }
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Escape(string text) => System.Security.SecurityElement.Escape(
        string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) || c >= 0xFFFE ? ' ' : c)));

    private static string ValueText(ExplainedNode node) => $"value {ExpressionExplanation.Format(node.Value)}";

    private static string GradientText(ExplainedNode node) => $"gradient {ExplanationText.Gradient(node)}";

    private bool IsNode(int place) => place < explanation.Nodes.Count;

    private int BoxWidth(int id)
    {
        var node = explanation.Nodes[id];
        return 16 + Math.Max(node.Label.Length * 10, Math.Max(ValueText(node).Length, GradientText(node).Length) * 7);
    }

    private void PlaceNodes()
    {
        var nodes = explanation.Nodes;
        var column = new int[nodes.Count];
        foreach (var node in nodes)
            column[node.Id] = node.Inputs.Select(input => column[input] + 1).DefaultIfEmpty(0).Max();
        // Users first: what has no operand of its own moves right, beside the first user.
        for (var id = nodes.Count - 2; id >= 0; id--)
        {
            if (nodes[id].Inputs.Count == 0)
                column[id] = nodes.Where(user => user.Inputs.Contains(id)).Min(user => column[user.Id]) - 1;
        }

        foreach (var node in nodes)
            Add(column[node.Id]);
    }

    private void PlaceEdges()
    {
        foreach (var node in explanation.Nodes)
        {
            for (var operand = 0; operand < node.Inputs.Count; operand++)
            {
                var (from, bends) = (node.Inputs[operand], new List<int>());
                var previous = from;
                for (var c = columnOf[from] + 1; c < columnOf[node.Id]; c++)
                {
                    bends.Add(Add(c));
                    Join(previous, bends[^1], 0);
                    previous = bends[^1];
                }

                // The first operand arrives above the second.
                Join(previous, node.Id, node.Inputs.Count == 1 ? 0 : operand - 0.5);
                edges.Add((from, node.Id, operand, bends));
            }
        }

        void Join(int before, int after, double offset)
        {
            neighbours[before].After.Add((after, offset));
            neighbours[after].Before.Add((before, 0));
        }
    }

    private int Add(int column)
    {
        while (columns.Count <= column)
            columns.Add([]);
        columns[column].Add(y.Count);
        columnOf.Add(column);
        neighbours.Add(([], []));
        y.Add(0);
        return y.Count - 1;
    }

    private void Order(bool forwards)
    {
        foreach (var column in columns)
            for (var i = 0; i < column.Count; i++)
                y[column[i]] = i;
        foreach (var column in forwards ? columns : Enumerable.Reverse(columns))
        {
            var sorted = column.OrderBy(place =>
                (forwards ? neighbours[place].Before : neighbours[place].After).Select(other => y[other.Place] + (other.Offset / 2)).DefaultIfEmpty(y[place]).Average()).ToArray();
            for (var i = 0; i < sorted.Length; i++)
                (column[i], y[sorted[i]]) = (sorted[i], i);
        }
    }

    /// <summary>Heights: each place as near to the mean of its neighbours as the order allows.</summary>
    private void Straighten()
    {
        double Space(int above, int below) => IsNode(above) || IsNode(below) ? BoxHeight + RowGap : BoxHeight / 2.0;
        foreach (var column in columns)
            for (var i = 1; i < column.Count; i++)
                y[column[i]] = y[column[i - 1]] + Space(column[i - 1], column[i]);
        for (var sweep = 0; sweep < 2 * Sweeps; sweep++)
        {
            foreach (var column in sweep % 2 == 0 ? columns : Enumerable.Reverse(columns))
            {
                var wanted = column.Select(place => (sweep % 2 == 0 ? neighbours[place].Before : neighbours[place].After)
                    .Select(other => y[other.Place]).DefaultIfEmpty(y[place]).Average()).ToArray();
                for (var i = 1; i < column.Count; i++)
                    wanted[i] = Math.Max(wanted[i], wanted[i - 1] + Space(column[i - 1], column[i]));
                for (var i = 0; i < column.Count; i++)
                    y[column[i]] = wanted[i];
            }
        }

        var top = y.Min();
        for (var place = 0; place < y.Count; place++)
            y[place] -= top;
    }
}

namespace PacSpace.Features.Import;

/// <summary>Arithmetic over the columns of a row, such as <c>-(ContextTokens + GeneratedTokens)</c>.</summary>
/// <remarks>
/// <code>
/// sum      = product { ("+" | "-") product }
/// product  = signed { ("*" | "/" | "%") signed }
/// signed   = { "-" | "+" } operand
/// operand  = number | name | "[" any column "]" | function "(" sum { "," sum } ")" | "(" sum ")"
/// name     = a column of letters, digits, "_" and ".", or row, or line
/// function = floor | min | max
/// </code>
/// All of it is exact (<see cref="ExactNumber"/>). A column that is itself called <c>row</c> or <c>line</c> is written <c>[row]</c>.
/// </remarks>
internal sealed class NumberExpression
{
    private const int MaxLength = 1_000;
    private const int MaxDepth = 50;

    private readonly Node _root;

    private NumberExpression(Node root) => _root = root;

    /// <summary>The first complaint stays; with one, the value means nothing.</summary>
    private delegate ExactNumber Node(UsageRow row, ref string? complaint);

    /// <exception cref="ImportUseException">The text is no expression over these columns.</exception>
    public static NumberExpression Parse(string text, UsageColumns columns) => new(new Parser(text, columns).Whole());

    /// <summary>False, and why, when this row has no value.</summary>
    public bool TryEvaluate(UsageRow row, out ExactNumber value, out string? complaint)
    {
        complaint = null;
        value = _root(row, ref complaint);
        return complaint is null;
    }

    private sealed class Parser
    {
        private readonly string _text;
        private readonly UsageColumns _columns;
        private int _at;
        private int _depth;

        public Parser(string text, UsageColumns columns)
        {
            if (text.Length > MaxLength) throw new ImportUseException($"An expression has at most {MaxLength} characters.");
            (_text, _columns) = (text, columns);
        }

        public Node Whole()
        {
            var root = Sum();
            return Peek() == '\0' ? root : throw Expected("an operator or the end");
        }

        private Node Sum()
        {
            if (++_depth > MaxDepth) throw new ImportUseException($"An expression has at most {MaxDepth} parentheses in each other.");
            var sum = Product();
            while (Peek() is '+' or '-') sum = Join(Take(), sum, Product());
            _depth--;
            return sum;
        }

        private Node Product()
        {
            var product = Signed();
            while (Peek() is '*' or '/' or '%') product = Join(Take(), product, Signed());
            return product;
        }

        private Node Signed()
        {
            var isNegative = false;
            while (Peek() is '-' or '+') isNegative ^= Take() == '-';
            var operand = Operand();
            return isNegative ? (UsageRow row, ref string? complaint) => -operand(row, ref complaint) : operand;
        }

        private Node Operand()
        {
            var next = Peek();
            if (next == '(')
            {
                Take();
                var inner = Sum();
                Expect(')');
                return inner;
            }

            if (next == '[')
            {
                var end = _text.IndexOf(']', _at);
                if (end < 0) throw Expected("] after the column's name");
                var name = _text[(_at + 1)..end];
                _at = end + 1;
                return Column(name);
            }

            if (char.IsAsciiDigit(next) || next == '.') return Number();
            return IsOfName(next) ? Named() : throw Expected("a number, a column or (");
        }

        private Node Number()
        {
            var digits = Run(c => char.IsAsciiDigit(c) || c == '.');
            if (!ExactNumber.TryParse(digits, out var number)) throw new ImportUseException($"\"{digits}\" is not a number.");
            return (UsageRow _, ref string? _) => number;
        }

        private Node Named()
        {
            var name = Run(IsOfName);
            return Peek() == '(' ? Function(name) : name switch
            {
                "row" => static (UsageRow row, ref string? _) => row.Number,
                "line" => static (UsageRow row, ref string? _) => row.Line,
                _ => Column(name),
            };
        }

        private Node Function(string name)
        {
            Take();
            var first = Sum();
            if (name == "floor")
            {
                Expect(')');
                return (UsageRow row, ref string? complaint) => first(row, ref complaint).Floor();
            }

            if (name is not ("min" or "max")) throw new ImportUseException($"There is no function {name}; there are floor, min and max.");
            Expect(',');
            var second = Sum();
            Expect(')');
            var sign = name == "min" ? -1 : 1;
            return (UsageRow row, ref string? complaint) =>
            {
                var (a, b) = (first(row, ref complaint), second(row, ref complaint));
                return a.CompareTo(b) * sign >= 0 ? a : b;
            };
        }

        private Node Column(string name)
        {
            var position = _columns.Find(name);
            return (UsageRow row, ref string? complaint) =>
            {
                if (!ExactNumber.TryParse(row.Fields[position], out var value)) complaint ??= $"{name} is not a number";
                return value;
            };
        }

        private static Node Join(char operation, Node left, Node right) => (UsageRow row, ref string? complaint) =>
        {
            var (a, b) = (left(row, ref complaint), right(row, ref complaint));
            if (operation is '/' or '%' && b.IsZero)
            {
                complaint ??= "the expression divides by zero";
                return default;
            }

            return operation switch
            {
                '+' => a + b,
                '-' => a - b,
                '*' => a * b,
                '/' => a / b,
                _ => a % b,
            };
        };

        private static bool IsOfName(char c) => char.IsLetterOrDigit(c) || c is '_' or '.';

        private char Peek()
        {
            while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
            return _at < _text.Length ? _text[_at] : '\0';
        }

        private char Take() => _text[_at++];

        private string Run(Func<char, bool> belongs)
        {
            var start = _at;
            while (_at < _text.Length && belongs(_text[_at])) _at++;
            return _text[start.._at];
        }

        private void Expect(char wanted)
        {
            if (Peek() != wanted) throw Expected(wanted.ToString());
            _at++;
        }

        private ImportUseException Expected(string what) =>
            new($"In \"{_text}\", at character {_at + 1}, {what} was expected.");
    }
}

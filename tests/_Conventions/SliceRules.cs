using System.Reflection;
using Xunit;

namespace PacSpace.Conventions.Tests;

/// <summary>A file name is a promise: one folder tells everything about one operation, and about nothing else.</summary>
public sealed class SliceRules
{
    private const string Features = "src/Features";

    private static readonly string[] Doors = ["Endpoint", "Schedule", "Command"];
    private static readonly string[] Senders = ["IMediator", "ISender", "IPublisher", "Mediator"];

    /// <summary>Requests that anybody may send: there is no caller to find things through. Each route is public by its document.</summary>
    private static readonly string[] PublicRequests =
    [
        "CheckLiveness", // GET /healthz
        "CheckReadiness", // GET /readyz
        "ReadMetrics", // GET /metrics
        "VerifyRoot", // GET /api/v1/verify/:proofRoot
        "FindEmbedder", // GET /receipt/:receiptId
        "GetPublicReceipt", // GET /api/v1/receipt/:receiptId
        "GetReceiptPdf", // GET /api/v1/receipt/:receiptId.pdf
        "DescribeApi", // GET /openapi/v1.json
        "ReadTreeHead", // GET /log/:environment/checkpoint
        "ReadTile", // GET /log/:environment/tile/…
        "ReadEntries", // GET /log/:environment/tile/entries/…
        "ReadVerifierKeys", // GET /log/:environment/vkey
        "ReadConsistency", // GET /log/:environment/consistency
    ];

    /// <summary>Slices whose door comes with the customers' pages. Each leaves the list when a page names its request.</summary>
    private static readonly string[] DoorComesWithPages = ["ExportRecord"];

    private const string Pages = "src/Portal";

    /// <summary>Who may ask: somebody with a key or a session of ours, or somebody with a link.</summary>
    private static readonly string[] Askers = ["Caller", "Visitor"];

    private static readonly Type[] FeatureTypes = Assembly.Load("PacSpace.Features").GetTypes();

    [Fact]
    public void A_slice_is_whole_and_its_files_bear_its_name() => Whole([.. Repository.Under(Features), .. Repository.Under(Pages)], DoorComesWithPages).MustBeClean();

    [Fact]
    public void What_a_slice_lacks_and_what_does_not_belong_there_is_named() =>
        Assert.Equal(
            [
                "src/Features/Customers/CreateCustomer lacks CreateCustomerValidator.cs.",
                "src/Features/Customers/ListCustomers lacks a door: ListCustomersEndpoint.cs, ListCustomersSchedule.cs, ListCustomersCommand.cs or a page that names ListCustomers.",
                "src/Features/Customers/ListCustomers/Rows.cs does not begin with ListCustomers, the operation's name.",
                "src/Features/Customers/ListCustomers/More/ListCustomersPage.cs lies below an operation; operations hold no folders.",
                "src/Features/Customers/ListCustomers/ListCustomersHandler.cs does not say namespace PacSpace.Features.Customers; which stops at the area.",
                "src/Features/Customers/CustomerService.cs: a Service is where a subject's name is missing; name the subject.",
                "OpenCustomer has a door now; take it off the list of those that wait for one.",
                "Ghost waits for a door, but there is no such slice.",
            ],
            Whole(
            [
                Planted("Customers/CreateCustomer/CreateCustomer.cs"),
                Planted("Customers/CreateCustomer/CreateCustomerEndpoint.cs"),
                Planted("Customers/CreateCustomer/CreateCustomerHandler.cs"),
                Planted("Customers/CreateCustomer/CreateCustomerRefusals.cs"),
                Planted("Customers/ListCustomers/ListCustomers.cs"),
                Planted("Customers/ListCustomers/ListCustomersValidator.cs"),
                Planted("Customers/ListCustomers/ListCustomersHandler.cs", "namespace PacSpace.Features.Customers.ListCustomers;"),
                Planted("Customers/ListCustomers/Rows.cs"),
                Planted("Customers/ListCustomers/More/ListCustomersPage.cs"),
                .. Planted("OpenCustomer", "CloseCustomer", "ShowCustomer"),
                new("src/Portal/Pages/Customer.cshtml.cs", "await sender.Send(new OpenCustomer(1)); await sender.Send(new ShowCustomer()); // CloseCustomer"),
                Planted("Customers/CustomerId.cs"),
                Planted("Customers/CustomerService.cs"),
                new("src/Features/_Pipeline/Anything/Goes.cs", ""),
            ],
            ["OpenCustomer", "CloseCustomer", "Ghost"]).Complaints);

    [Fact]
    public void Slices_do_not_name_each_other() => Apart(Repository.Under(Features)).MustBeClean();

    [Fact]
    public void A_siblings_type_is_found_wherever_code_names_it() =>
        Assert.Equal(
            ["src/Features/Customers/GetCustomer/GetCustomerHandler.cs names CustomerListed of ListCustomers; what two slices need moves up to the area."],
            Apart(
            [
                Planted("Customers/ListCustomers/ListCustomers.cs", "public sealed record CustomerListed(string Id);"),
                Planted("Customers/GetCustomer/GetCustomer.cs", "public sealed record GetCustomer(int Other = Refusals.CustomerListed); // not CustomerListed"),
                Planted("Customers/GetCustomer/GetCustomerHandler.cs", "/* CustomerListed */ var text = \"CustomerListed\"; var row = new CustomerListed(text);"),
            ]).Complaints);

    [Fact]
    public void No_handler_takes_the_sender() => NoSender(FeatureTypes).MustBeClean();

    [Fact]
    public void A_handler_that_sends_is_named() =>
        Assert.Equal(["PlantedHandler takes IMediator; a handler never sends."], NoSender([typeof(PlantedHandler)]).Complaints);

    [Fact]
    public void Every_request_begins_with_its_caller() => CallerFirst(FeatureTypes, PublicRequests).MustBeClean();

    [Fact]
    public void A_request_out_of_nowhere_is_named_and_so_is_a_public_one_that_is_none() =>
        Assert.Equal(
            [
                "PlantedRequest does not begin with Caller or Visitor; add it, or put the request on the public list if anybody may send it.",
                "PlantedLate begins with String and not with Caller or Visitor; add it, or put the request on the public list if anybody may send it.",
                "Ghost is on the public list, but there is no such request.",
            ],
            CallerFirst([typeof(PlantedRequest), typeof(PlantedLate), typeof(PlantedVisit), typeof(PlantedStep), typeof(PlantedStepSchedule)], ["Ghost"]).Complaints);

    private static SourceFile Planted(string path, string? text = null) => new($"{Features}/{path}", $"{text ?? "namespace PacSpace.Features.Customers;"}");

    /// <summary>Slices that are whole but for a door of their own.</summary>
    private static IEnumerable<SourceFile> Planted(params string[] operations) =>
        from operation in operations from part in new[] { "", "Validator", "Handler" } select Planted($"Customers/{operation}/{operation}{part}.cs");

    /// <summary>Area/Operation folders; an underscore folder is plumbing.</summary>
    private static IEnumerable<IGrouping<(string Area, string Operation), SourceFile>> Operations(IEnumerable<SourceFile> files) =>
        from file in files
        let parts = file.Path.Split('/')
        where file.Path.StartsWith(Features + "/", StringComparison.Ordinal) && parts.Length >= 5 && !parts[2].StartsWith('_') && file.Name.EndsWith(".cs", StringComparison.Ordinal)
        group file by (parts[2], parts[3]);

    /// <param name="waiting">Slices that may have no door yet.</param>
    private static Findings Whole(IEnumerable<SourceFile> files, IReadOnlyCollection<string> waiting)
    {
        var all = files.ToList();
        var named = all.Where(file => file.Path.StartsWith(Pages + "/", StringComparison.Ordinal)).SelectMany(file => CSharpText.Words(file.Text)).ToHashSet();
        var doorless = new HashSet<string>();
        var slices = Findings.Of(Operations(all), slice =>
        {
            var (area, operation) = slice.Key;
            var folder = $"{Features}/{area}/{operation}";
            var direct = slice.Where(file => file.Folder == folder).ToList();
            var names = direct.Select(file => file.Name).ToHashSet();
            if (!named.Contains(operation) && !Doors.Any(door => names.Contains($"{operation}{door}.cs"))) doorless.Add(operation);
            return
            [
                .. new[] { "", "Validator", "Handler" }.Select(part => $"{operation}{part}.cs").Where(name => !names.Contains(name)).Select(name => $"{folder} lacks {name}."),
                .. doorless.Contains(operation) && !waiting.Contains(operation)
                    ? [$"{folder} lacks a door: {string.Join(", ", Doors.Select(door => $"{operation}{door}.cs"))} or a page that names {operation}."]
                    : Array.Empty<string>(),
                .. direct.Where(file => !file.Name.StartsWith(operation, StringComparison.Ordinal))
                    .Select(file => $"{file.Path} does not begin with {operation}, the operation's name."),
                .. slice.Except(direct).Select(file => $"{file.Path} lies below an operation; operations hold no folders."),
                .. direct.Where(file => file.Name.StartsWith(operation, StringComparison.Ordinal) && !file.Text.Contains($"namespace PacSpace.Features.{area};", StringComparison.Ordinal))
                    .Select(file => $"{file.Path} does not say namespace PacSpace.Features.{area}; which stops at the area."),
            ];
        });
        var vague = all
            .Where(file => file.Name.EndsWith(".cs", StringComparison.Ordinal) && !file.Path.StartsWith($"{Features}/_", StringComparison.Ordinal))
            .SelectMany(file => new[] { "Service", "Manager", "Helper", "Helpers", "Common" }
                .Where(word => file.Stem.EndsWith(word, StringComparison.Ordinal))
                .Select(word => $"{file.Path}: a {word} is where a subject's name is missing; name the subject."));
        var there = Operations(all).Select(slice => slice.Key.Operation).ToHashSet();
        var waited = waiting.Where(operation => !doorless.Contains(operation)).Select(operation => there.Contains(operation)
            ? $"{operation} has a door now; take it off the list of those that wait for one."
            : $"{operation} waits for a door, but there is no such slice.");
        return slices with { Complaints = [.. slices.Complaints, .. vague, .. waited] };
    }

    private static Findings Apart(IEnumerable<SourceFile> files)
    {
        var slices = Operations(files)
            .Select(slice => (slice.Key.Operation, Files: slice.ToList(), Types: slice.SelectMany(file => CSharpText.DeclaredTypes(file.Text)).ToHashSet()))
            .ToList();
        return Findings.Of(slices, slice =>
            from file in slice.Files
            let words = CSharpText.Words(file.Text)
            from other in slices
            where other.Operation != slice.Operation
            from type in other.Types.Except(slice.Types)
            where words.Contains(type)
            select $"{file.Path} names {type} of {other.Operation}; what two slices need moves up to the area.");
    }

    private static Findings NoSender(IEnumerable<Type> types) => Findings.Of(
        types.Where(IsHandler),
        handler =>
            from constructor in handler.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            from parameter in constructor.GetParameters()
            where Senders.Contains(parameter.ParameterType.Name)
            select $"{handler.Name} takes {parameter.ParameterType.Name}; a handler never sends.");

    private static Findings CallerFirst(IEnumerable<Type> types, IReadOnlyCollection<string> publicRequests)
    {
        var all = types.ToList();
        var names = all.Select(type => type.Name).ToHashSet();
        var requests = all.Where(type => !type.IsAbstract && Implements(type, "IRequest`1")).ToList();

        // What a schedule or the operator's command line sends has no caller.
        var called = requests.Where(request => !publicRequests.Contains(request.Name) && !names.Contains(request.Name + "Schedule") && !names.Contains(request.Name + "Command"));
        var complaints = from request in called
                         let first = FirstOf(request)
                         where !Askers.Contains(first?.Name)
                         select $"{request.Name} {(first is null ? "does not begin" : $"begins with {first.Name} and not")} with Caller or Visitor; add it, or put the request on the public list if anybody may send it.";
        var ghosts = publicRequests.Except(requests.Select(request => request.Name)).Select(name => $"{name} is on the public list, but there is no such request.");
        return new Findings(requests.Count, [.. complaints, .. ghosts]);
    }

    /// <summary>The first parameter of the primary constructor, or the first property when it has none.</summary>
    private static Type? FirstOf(Type request) =>
        request.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First().GetParameters().FirstOrDefault()?.ParameterType
        ?? request.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).FirstOrDefault()?.PropertyType;

    private static bool IsHandler(Type type) => !type.IsAbstract && (Implements(type, "IRequestHandler`2") || Implements(type, "INotificationHandler`1"));

    private static bool Implements(Type type, string interfaceName) => type.GetInterfaces().Any(implemented => implemented.Name == interfaceName);

#pragma warning disable CA1812, CA1801, IDE0060, CS9113 // A planted violation does nothing.
    private interface IMediator;

    private interface IRequest<T>;

    private interface IRequestHandler<TRequest, TResult>;

    private sealed class PlantedHandler(IMediator mediator) : IRequestHandler<string, string>;

    private sealed record PlantedRequest : IRequest<int>;

    private sealed record PlantedLate(string Name, int Caller) : IRequest<int>;

    private sealed record Visitor;

    private sealed record PlantedVisit(Visitor Visitor) : IRequest<int>;

    private sealed record PlantedStep(int Most) : IRequest<int>;

    private sealed record PlantedStepSchedule;
#pragma warning restore CA1812, CA1801, IDE0060, CS9113
}

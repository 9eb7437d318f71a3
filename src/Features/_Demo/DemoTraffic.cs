using System.Globalization;
using PacSpace.Features.Balance;

namespace PacSpace.Features.Demo;

/// <summary>What an inference vendor's customers use: a dozen of different size, the same in every demo.</summary>
internal sealed class DemoTraffic
{
    private static readonly (string CustomerId, int Weight, decimal MonthlyGrant)[] s_customers =
    [
        ("cust_northwind", 34, 90_000), ("cust_globex", 21, 60_000), ("cust_initech", 13, 40_000), ("cust_acme", 9, 30_000),
        ("cust_umbrella", 7, 20_000), ("cust_hooli", 5, 20_000), ("cust_stark", 4, 10_000), ("cust_wayne", 3, 10_000),
        ("cust_tyrell", 2, 5_000), ("cust_wonka", 1, 5_000), ("cust_soylent", 1, 2_000), ("partner_cyberdyne", 1, 2_000),
    ];

    private static readonly string[] s_models = ["small", "medium", "large"];
    private static readonly decimal[] s_pricePerThousand = [0.02m, 0.11m, 0.65m];

    private readonly Random _random = new(20260401);
    private int _job;

    /// <summary>The credit that each customer gets at the beginning of a month.</summary>
    public static IReadOnlyList<NewDelta> Grants(DateTimeOffset month) => Array.ConvertAll(s_customers, customer => new NewDelta
    {
        CustomerId = customer.CustomerId,
        Delta = customer.MonthlyGrant,
        Reason = "monthly_grant",
        ReferenceId = string.Create(CultureInfo.InvariantCulture, $"grant-{month:yyyy-MM}"),
    });

    /// <summary>A handful of requests, many of them by large customers.</summary>
    public IReadOnlyList<NewDelta> Usage(int count)
    {
        var deltas = new NewDelta[count];
        for (var i = 0; i < count; i++)
        {
            var model = _random.Next(s_models.Length);
            var tokens = _random.Next(80, 60_000);
            deltas[i] = new NewDelta
            {
                CustomerId = Pick(),
                Delta = -decimal.Round(tokens * s_pricePerThousand[model] / 1_000, 6),
                Reason = "inference",
                ReferenceId = string.Create(CultureInfo.InvariantCulture, $"job_{++_job}"),
                Metadata = System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"model":"{{s_models[model]}}","tokens":{{tokens}}}""")),
            };
        }

        // An amount may come out as nothing after rounding; nothing is not a record.
        return deltas.Where(delta => delta.Delta != 0).ToArray();
    }

    /// <summary>A time of the day, later with each call for the same day.</summary>
    public TimeSpan Within(int part, int parts) => TimeSpan.FromSeconds((part + _random.NextDouble()) * 84_000 / parts);

    private string Pick()
    {
        var at = _random.Next(s_customers.Sum(customer => customer.Weight));
        foreach (var (customerId, weight, _) in s_customers)
        {
            if ((at -= weight) < 0) return customerId;
        }

        return s_customers[0].CustomerId;
    }
}

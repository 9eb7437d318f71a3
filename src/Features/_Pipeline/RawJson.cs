namespace PacSpace.Features.Pipeline;

/// <summary>A JSON value kept, and given back, as the text that was sent.</summary>
public readonly record struct RawJson(string Text);

/// <summary>The members of this property's type stand beside the request's own members on the wire: a scope or a page is
/// one type in code and a few flat parameters for the caller.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class FlatAttribute : Attribute;

/// <summary>The property is ours and not the caller's to send; what it says is made while the request is read.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class NotOnTheWireAttribute : Attribute;

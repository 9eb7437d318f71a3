namespace PacSpace.Features.Pipeline;

/// <summary>Asked by the operator at the machine, who has no caller: whoever may run the program may ask. No route leads here.</summary>
public interface IOperatorRequest;

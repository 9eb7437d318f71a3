using PacSpace.Verifier;

// 0: everything holds. 1: something does not, and the first line says what. 2: wrong use; nothing was checked.
return Run.With(args, Console.Out, Console.Error, showProgress: !Console.IsErrorRedirected);

using PacSpace.Portal;

return await CommandLine.RunAsync(args);

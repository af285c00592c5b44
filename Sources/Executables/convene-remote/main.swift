import ConveneRemoteProgram

Program.main(Array(CommandLine.arguments.dropFirst()))

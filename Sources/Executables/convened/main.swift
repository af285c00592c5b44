import ConvenedProgram

Program.main(Array(CommandLine.arguments.dropFirst()))

import ConvenectlProgram

Program.main(Array(CommandLine.arguments.dropFirst()))

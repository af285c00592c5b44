import ConvenePanelProgram

Program.main(Array(CommandLine.arguments.dropFirst()))

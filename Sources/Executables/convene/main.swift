import ConvenePanelProgram
import ConveneRemoteProgram
import ConvenectlProgram
import ConvenedProgram
import Glibc
import ServiceLog

// All of a box's programs in one file, which shares one copy of Swift and of its packages among them. The name that it
// was started under, or else the first word, says which it is.

let programs = ProgramTable([
    "convenectl": ConvenectlProgram.Program.main,
    "convened": ConvenedProgram.Program.main,
    "convene-panel": ConvenePanelProgram.Program.main,
    "convene-remote": ConveneRemoteProgram.Program.main,
])

switch programs.choose(CommandLine.arguments) {
case .program(let main, let arguments): main(arguments)
case .text(let text): print(text)
case .error(let text):
    StandardError.write(text)
    exit(64)
}

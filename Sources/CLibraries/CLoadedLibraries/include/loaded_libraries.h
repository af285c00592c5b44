#ifndef CONVENE_LOADED_LIBRARIES_H
#define CONVENE_LOADED_LIBRARIES_H

// Remembers which libraries the process has loaded now.
void convene_note_libraries(void);

// Gives back the memory that loading has touched in the libraries that came since convene_note_libraries:
// the unchanged pages of their files, which the kernel maps again when one is used.
void convene_release_new_libraries(void);

// Gives back the unchanged pages of all program files, which the kernel maps again when one is used. Any thread.
void convene_release_program_pages(void);

// Gives back what a start or a call has left behind: the unchanged pages of all program files, which the kernel maps
// again when one is used, and malloc's free pages. Some milliseconds; any thread.
void convene_release_unused_memory(void);

#endif

// SPDX-License-Identifier: MIT
// The command line of `millrace-studio`.
#include "calls/Calls.h"

namespace millrace {

const ProgramSpec &studioProgram()
{
    static const ProgramSpec program{
        "millrace-studio",
        "draw, run and watch pipelines of queued steps",
        "millrace-studio opens a window in which pipelines are drawn, run and watched: how full each queue is, how "
        "busy each worker, and which step limits the run. Workers, queue sizes and error policies can be changed while "
        "it runs. F1 is help; Ctrl+Shift+P lists every command with its keys.",
        {{"",
          {"FILE", Meaning::PipelineFile, {}, true},
          "opens the pipeline in FILE, or the welcome page",
          "",
          {{"run", {}, "Runs the pipeline at once."},
           {"screenshot", {"OUT.png", Meaning::File}, "Writes a picture of the window and ends."},
           {"after", {"MS"}, "Milliseconds until the picture (2000)."},
           {"end-when-shown", {}, "Ends as soon as the window is painted and waits for a person."},
           {"select", {"STEP", Meaning::StepId}, "Selects a step."},
           {"theme", {"THEME", Meaning::Choice, {"light", "dark", "system"}}, "light, dark or system."},
           {"size", {"WxH"}, "Size of the window, e.g. 1440x900."},
           {"help", {}, "Prints help and ends."},
           {"version", {}, "Prints the program's version and ends."}}}},
        {{"0", "the window was closed, or the picture written"},
         {"1", "the picture can't be written"},
         {"2", "the call is wrong, or there is no display"}},
        {{"QT_QPA_PLATFORM", "How Qt reaches a display; \"offscreen\" draws pictures without one."},
         {"XDG_STATE_HOME", "Where work that isn't saved yet is kept: millrace/unsaved, in ~/.local/state where this "
                            "isn't set."}},
        {{"NAME.millrace", "A pipeline; see millrace-pipeline(5)."}},
    };
    return program;
}

} // namespace millrace

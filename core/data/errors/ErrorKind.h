// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace millrace {

/// The kinds of errors, of failed items and of their log records: short words that stand in reports, logs and the field
/// `error.kind`, and so never change. A step of another's may have more, in words of its own.
namespace ErrorKind {

inline constexpr const char *Call = "call";           ///< the command line, or what stands behind an option
inline constexpr const char *Cancelled = "cancelled"; ///< a call of the C++ API was given up
inline constexpr const char *Category = "category";   ///< a value that a step hasn't learnt
inline constexpr const char *Cluster = "cluster";     ///< the server of a cluster says no
inline constexpr const char *Codec =
    "codec"; ///< what a process sent, or a temporary file holds, isn't what was written
inline constexpr const char *Console = "console";         ///< what a script says; no error
inline constexpr const char *Crash = "crash";             ///< a child process came to an unexpected end
inline constexpr const char *Damaged = "damaged";         ///< a file of ours that can't be understood
inline constexpr const char *Data = "data";               ///< data given to a call that don't fit together
inline constexpr const char *Database = "database";       ///< a database says no, or can't be reached
inline constexpr const char *Ended = "ended";             ///< the other process is gone
inline constexpr const char *Engine = "engine";           ///< the run itself can't go on
inline constexpr const char *Fail = "fail";               ///< of the step `fail`
inline constexpr const char *Field = "field";             ///< a field that isn't there
inline constexpr const char *Fields = "fields";           ///< an item whose fields don't fit its neighbours'
inline constexpr const char *Fit = "fit";                 ///< a step can't learn from what came
inline constexpr const char *Fitted = "fitted";           ///< a fitted pipeline that doesn't fit the one it is for
inline constexpr const char *Http = "http";               ///< a server has answered with an error
inline constexpr const char *Interrupted = "interrupted"; ///< the run was stopped; nothing has failed
inline constexpr const char *Io = "io";                   ///< reading or writing failed
inline constexpr const char *Limit = "limit";             ///< more items have failed than the run may bear
inline constexpr const char *Memory = "memory";           ///< there is not enough of it, or a limit is reached
inline constexpr const char *Network = "network";         ///< a server can't be reached, or the connection broke
inline constexpr const char *Param = "param";             ///< a parameter that a step can't work with
inline constexpr const char *Params = "params";           ///< parameters that contradict what was learnt
inline constexpr const char *Parse = "parse";             ///< text that isn't in the form that was expected
inline constexpr const char *Pipeline = "pipeline";       ///< the drawing can't run
inline constexpr const char *Process = "process";         ///< a worker process can't be started, or not be understood
inline constexpr const char *Program = "program";         ///< what a program says about an item, or its start failed
inline constexpr const char *Protocol = "protocol";       ///< the other process doesn't keep to the protocol
inline constexpr const char *Range = "range";             ///< a number outside of what is possible
inline constexpr const char *Script = "script";           ///< a script threw, or its result is no item
inline constexpr const char *Secret = "secret";           ///< a secret isn't where its reference says
inline constexpr const char *Settings = "settings";       ///< settings given to the C++ API
inline constexpr const char *State = "state";             ///< what a step has learnt can't be read
inline constexpr const char *Step = "step";               ///< a step breaks the rules for steps
inline constexpr const char *Stopped = "stopped";         ///< the work was ended before it was done
inline constexpr const char *Syntax = "syntax";           ///< an expression or a script that can't be read
inline constexpr const char *Threads = "threads";         ///< the system gives none
inline constexpr const char *Time = "time";               ///< a call took longer than it may
inline constexpr const char *Timeout = "timeout";         ///< a step, program or script took longer than it may
inline constexpr const char *Trust = "trust";             ///< the pipeline would do what this user hasn't allowed
inline constexpr const char *Type = "type";               ///< a value that can't be used as what it should be
inline constexpr const char *Unfitted = "unfitted";       ///< a step that hasn't learnt yet
inline constexpr const char *Union = "union";             ///< branches that can't be joined
inline constexpr const char *Version = "version";         ///< a file of another version of the program

} // namespace ErrorKind

/// The kind in a few words for people: "took too long"; one that isn't ours as it is.
std::string_view errorKindText(std::string_view kind);

} // namespace millrace

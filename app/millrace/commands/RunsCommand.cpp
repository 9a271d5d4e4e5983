// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/commands/ItemTable.h"
#include "millrace/Console.h"
#include "millrace/history/ReportFile.h"
#include "pipeline/file/JsonLayout.h"
#include "report/RunsOnRecord.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>

namespace millrace {

namespace {

/// "2026-11-30 02:58", on this machine's clock.
std::string localTime(const std::string &start)
{
    std::tm parts{};
    if (!::strptime(start.c_str(), "%Y-%m-%dT%H:%M:%S", &parts))
        return start;
    const std::time_t time = ::timegm(&parts);
    char text[32] = "";
    if (localtime_r(&time, &parts))
        std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
    return text;
}

/// "price.workers 1 → 3, …"
std::string changesText(const Value *changes)
{
    std::string text;
    for (const auto &[name, pair] : changes && changes->isObject() ? changes->toObject() : Members()) {
        const List values = pair.isList() ? pair.toList() : List();
        if (values.size() == 2)
            text += (text.empty() ? "" : ", ") + name + ' ' + toPlain(values[0]) + " → " + toPlain(values[1]);
    }
    return text;
}

std::string table(const List &runs)
{
    List rows;
    for (const Value &run : runs) {
        const std::string limit = textAt(run, "limit.kind"), step = textAt(run, "limit.step");
        rows.emplace_back(Members{{"start", localTime(textAt(run, "start"))},
                                  {"took", formatDuration(numberAt(run, "seconds"))},
                                  {"status", textAt(run, "status")},
                                  {"read", int64_t(numberAt(run, "items.read"))},
                                  {"written", int64_t(numberAt(run, "items.written"))},
                                  {"errors", int64_t(numberAt(run, "errors"))},
                                  {"limit", limit == "cores" ? limit : step}});
    }
    // Below each run, what was set otherwise than in the one before it.
    const std::string all = itemTable(columnsOf(rows), rows, textColumns());
    std::string text;
    size_t begin = 0;
    for (size_t line = 0; begin < all.size(); ++line) {
        const size_t end = std::min(all.find('\n', begin), all.size() - 1) + 1;
        text += all.substr(begin, end - begin);
        begin = end;
        const std::string changes =
            line > 0 && line <= runs.size() ? changesText(memberAt(runs[line - 1], "settings")) : "";
        if (!changes.empty())
            text += wrapped("    changed: " + printable(changes), textColumns(), 6) + '\n';
    }
    return text;
}

} // namespace

int runsCommand(const Arguments &arguments)
{
    const auto call = parseCall("runs", arguments);
    if (!call)
        return wrongCall("runs", call.error().message);
    if (call->words.size() != 1)
        return wrongCall("runs", "Name one pipeline file.");
    const std::string &file = call->words.front();
    if (const std::string problem = readProblem(file); !problem.empty()) {
        say(stderr, printable(problem) + '\n');
        return WrongCall;
    }
    std::error_code error;
    const auto runs = RunsOnRecord().runsOf(std::filesystem::absolute(file, error).string());
    if (!runs) {
        say(stderr, printable(file + ": " + runs.error().message) + '\n');
        return WrongCall;
    }
    if (call->has("json"))
        say(stdout, toIndentedJson(*runs));
    else if (runs->empty())
        say(stdout, printable(file) + " has no run on record.\n");
    else
        say(stdout, table(*runs));
    return Finished;
}

} // namespace millrace

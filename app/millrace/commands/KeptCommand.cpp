// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/ByteSize.h"
#include "kept/KeptData.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/commands/ItemTable.h"
#include "millrace/Console.h"
#include "pipeline/file/JsonLayout.h"

#include <ctime>
#include <filesystem>
#include <system_error>

namespace millrace {

namespace {

/// "2026-11-30 02:58" on this machine's clock, or, for programs, "2026-11-30T02:58:07Z".
std::string keptAtText(int64_t milliseconds, bool isForPrograms)
{
    const std::time_t time = milliseconds / 1'000;
    std::tm parts{};
    char text[32] = "";
    if (isForPrograms ? gmtime_r(&time, &parts) : localtime_r(&time, &parts))
        std::strftime(text, sizeof text, isForPrograms ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%d %H:%M", &parts);
    return text;
}

} // namespace

int keptCommand(const Arguments &arguments)
{
    const auto call = parseCall("kept", arguments);
    if (!call)
        return wrongCall("kept", call.error().message);
    if (call->words.empty())
        return wrongCall("kept", "Name a pipeline file.");
    const std::string action = call->words.size() > 1 ? call->words[1] : "list";
    if (call->words.size() > 2 || (action != "list" && action != "discard"))
        return wrongCall("kept", "\"" + call->words.back() + "\" is neither list nor discard.");
    const std::string &file = call->words.front();
    if (const std::string problem = readProblem(file); !problem.empty()) {
        say(stderr, printable(problem) + '\n');
        return WrongCall;
    }
    std::error_code error;
    const std::string folder = keptPlace(std::filesystem::absolute(file, error).lexically_normal().string());
    if (action == "discard") {
        discardKeptBut(folder, {});
        return Finished;
    }
    List rows;
    for (const KeptData &kept : allKeptIn(folder))
        rows.push_back(
            Members{{"link", kept.port == "out" ? kept.step : kept.step + '.' + kept.port},
                    {"items", int64_t(kept.items)},
                    {"size", call->has("json") ? Value(int64_t(kept.bytes)) : Value(byteSizeText(kept.bytes))},
                    {"keptAt", keptAtText(kept.keptAt, call->has("json"))}});
    if (call->has("json"))
        say(stdout, toIndentedJson(Value(std::move(rows))));
    else if (rows.empty())
        say(stdout, printable(file) + " has nothing kept.\n");
    else
        say(stdout, itemTable(columnsOf(rows), rows, textColumns()));
    return Finished;
}

} // namespace millrace

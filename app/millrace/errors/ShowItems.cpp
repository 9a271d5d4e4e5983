// SPDX-License-Identifier: MIT
#include "millrace/errors/ShowItems.h"

#include "data/text/Counted.h"
#include "data/text/VisibleText.h"
#include "failures/FailedItemLine.h"
#include "failures/FailedItemsFolder.h"
#include "failures/Mends.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "millrace/run/PipelineInput.h"
#include "pipeline/file/JsonLayout.h"

#include <algorithm>
#include <map>

namespace millrace {

namespace {

constexpr size_t ItemsAtFirst = 10;

/// What was kept, and of which run.
std::string headLine(const ChosenItems &chosen)
{
    const EndOfFailedItems end = readEndOfFailedItems(chosen.folder);
    std::string text = chosen.label + ": " + counted(chosen.all.size(), "failed item") + " of the last run";
    if (end.status.empty())
        text += isFailedItemsFolderInUse(chosen.folder) ? ", which is under way" : ", which was broken off";
    else if (end.status != "finished")
        text += ", which " + std::string(end.status == "stopped" ? "was " : "") + end.status;
    if (end.leftOut > 0)
        text += "; " + std::to_string(end.leftOut) + " more failed and were not kept";
    return text + ".\n";
}

std::string placeOf(const LogRecord &record)
{
    std::string place = record.origin;
    if (!record.itemId.isNull())
        place += (place.empty() ? "item " : ", item ") + toPlain(record.itemId);
    return place;
}

std::string itemText(const LogRecord &record)
{
    std::string text = printable(placeOf(record)) + '\n';
    text += wrapped("  " + printable(record.step) + ": " + printable(record.message), textColumns(), 4) + '\n';
    if (record.attempts > 1)
        text += "  tried " + counted(uint64_t(record.attempts), "time") + '\n';
    if (!record.trace.empty())
        text += "  " + visibleText(record.trace, LineEnds::Blank) + '\n';
    if (!record.item.isObject())
        return text + "  " + printable(toJson(record.item)) + '\n';
    size_t width = 0;
    for (const auto &[name, value] : record.item.toObject())
        width = std::max(width, textWidth(codedText(name)));
    for (const auto &[name, value] : record.item.toObject())
        text += "  " + formatEntry(codedText(name), width, printable(toJson(value)), textColumns());
    return text;
}

List mendsValue(const std::vector<Mend> &mends)
{
    List values;
    for (const Mend &mend : mends)
        values.push_back(Members{{"caption", mend.caption}, {"params", mend.params}});
    return values;
}

/// What to do, and the option that does it.
std::string mendText(const Mend &mend, const std::string &step, size_t indent)
{
    std::string text = mend.caption + ':';
    for (const std::string &option : setOptionsOf(mend, step))
        text += ' ' + option;
    return std::string(indent + 4, ' ') + printable(text) + '\n';
}

} // namespace

int listItems(const ChosenItems &chosen, const StepRegistry &registry, bool isJson)
{
    const auto pipeline = readPipelineInput(chosen.path);
    const auto mendsFor = [&](const LogRecord &record) {
        return pipeline ? mendsOf(record, pipeline->pipeline, registry, pipeline->folder) : std::vector<Mend>();
    };
    const std::vector<size_t> groups = groupNumbers(chosen.all);
    struct Group
    {
        const LogRecord *first = nullptr;
        uint64_t count = 0;
    };
    std::map<size_t, Group> found;
    for (size_t i = 0; i < chosen.all.size(); ++i) {
        if (!chosen.isChosen[i])
            continue;
        Group &group = found[groups[i]];
        if (!group.first)
            group.first = &chosen.all[i];
        ++group.count;
    }
    if (isJson) {
        List all;
        for (const auto &[number, group] : found)
            all.push_back(Members{{"group", int64_t(number)},
                                  {"step", group.first->step},
                                  {"kind", group.first->kind},
                                  {"message", group.first->message},
                                  {"count", int64_t(group.count)},
                                  {"origin", group.first->origin},
                                  {"item", group.first->itemId},
                                  {"mends", mendsValue(mendsFor(*group.first))}});
        say(stdout, toIndentedJson(all));
        return Finished;
    }
    std::string text = headLine(chosen);
    size_t width = 0;
    for (const auto &[number, group] : found)
        width = std::max(width, std::to_string(number).size());
    for (const auto &[number, group] : found) {
        const std::string place = placeOf(*group.first);
        std::string said = printable(group.first->step) + ": " + printable(group.first->message) + " ("
                           + (group.count > 1 ? counted(group.count, "item") + ", first " : "") + printable(place)
                           + ')';
        text += formatEntry(std::to_string(number), width, said, textColumns());
        for (const Mend &mend : mendsFor(*group.first))
            text += mendText(mend, group.first->step, width);
    }
    say(stdout, text);
    return Finished;
}

int showItems(const ChosenItems &chosen, bool isJson, bool isWhole)
{
    const std::vector<LogRecord> records = chosen.records();
    if (isJson) {
        for (const LogRecord &record : records)
            say(stdout, failedItemLine(record));
        return Finished;
    }
    std::string text = headLine(chosen);
    const size_t shown = isWhole ? records.size() : std::min(records.size(), ItemsAtFirst);
    for (size_t i = 0; i < shown; ++i)
        text += '\n' + itemText(records[i]);
    if (shown < records.size())
        text += "\nand " + std::to_string(records.size() - shown) + " more; --group N shows all of a kind.\n";
    say(stdout, text);
    return Finished;
}

} // namespace millrace

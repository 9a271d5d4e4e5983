// SPDX-License-Identifier: MIT
#include "data/text/VisibleText.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/commands/ItemTable.h"
#include "millrace/Console.h"
#include "pipeline/file/JsonLayout.h"
#include "steps/read/FileLook.h"

#include <algorithm>
#include <charconv>

namespace millrace {

namespace {

constexpr size_t ShownItems = 10;

/// The value of a guess, as a program wants it: true, 2, ";".
Value plainValue(const Value &value)
{
    const std::string text(value.toText());
    if (text == "true" || text == "false")
        return {text == "true"};
    int64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isNumber = !text.empty() && parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    return isNumber ? Value(number) : value;
}

List fieldsOf(const FileLook &look)
{
    List fields;
    for (size_t i = 0; look.schema && i < look.schema->size(); ++i) {
        const Field &field = look.schema->field(i);
        fields.push_back(Members{{"name", field.name}, {"type", std::string(typeName(field.type))}});
    }
    return fields;
}

Value toValue(const FileLook &look)
{
    Members members{
        {"step", look.type}, {"encoding", look.encoding}, {"packing", look.packing}, {"lineEnds", look.lineEnd}};
    List guesses, warnings(look.warnings.begin(), look.warnings.end());
    for (const FormatGuess &guess : look.guesses) {
        if (guess.param != "encoding") // which is there in any case
            members.emplace_back(guess.param, guess.value == Value("\\t") ? Value("\t") : plainValue(guess.value));
        guesses.push_back(
            Members{{"param", guess.param}, {"value", guess.value}, {"why", guess.why}, {"rival", guess.rival}});
    }
    members.emplace_back("fields", fieldsOf(look));
    members.emplace_back("guesses", std::move(guesses));
    members.emplace_back("warnings", std::move(warnings));
    members.emplace_back("rows", look.items);
    return {std::move(members)};
}

std::string kindName(const std::string &type)
{
    return type == "read.csv"       ? "a table (CSV)"
           : type == "read.jsonl"   ? "JSON Lines"
           : type == "read.json"    ? "JSON"
           : type == "read.parquet" ? "a Parquet file"
                                    : "lines of text";
}

std::string headLine(const std::string &path, const FileLook &look)
{
    return (path == "-" ? "standard input" : path) + ": " + kindName(look.type) + ", read by " + look.type
           + (look.encoding.empty() ? "" : "; " + look.encoding) + (look.isEncodingGuessed ? ", which is a guess" : "")
           + (look.lineEnd.empty() ? "" : "; line ends " + look.lineEnd)
           + (look.packing.empty() ? "" : "; packed by " + look.packing) + '\n';
}

std::string guessLines(const FileLook &look)
{
    size_t width = 0;
    for (const FormatGuess &guess : look.guesses)
        width = std::max(width, guess.param.size());
    std::string text;
    for (const FormatGuess &guess : look.guesses) {
        std::string said = codedText(guess.value.toText()) + "  " + (guess.why.empty() ? guess.words : guess.why);
        if (!guess.rival.isNull())
            said += "; " + codedText(guess.rival.toText()) + " fits nearly as well";
        text += formatEntry(guess.param, width, said, textColumns());
    }
    return text;
}

std::string table(const FileLook &look, size_t width)
{
    std::vector<ItemColumn> columns;
    for (size_t i = 0; look.schema && i < look.schema->size(); ++i) {
        const Field &field = look.schema->field(i);
        const bool isNumeric = field.type == ValueType::Integer || field.type == ValueType::Real;
        columns.push_back({field.name, std::string(typeName(field.type)), isNumeric});
    }
    return itemTable(columns, look.items, width);
}

std::string page(const std::string &path, const FileLook &look)
{
    std::string text = headLine(path, look) + guessLines(look);
    for (const std::string &warning : look.warnings)
        text += wrapped("warning: " + warning, textColumns(), 2) + '\n';
    text += '\n' + table(look, textColumns());
    for (const std::string &failure : look.failures)
        text += wrapped("failed item: " + failure, textColumns(), 2) + '\n';
    return text;
}

Result<FileLook> lookAt(const StepRegistry &registry, const std::string &path)
{
    const auto stream = headForLook(path);
    if (!stream)
        return stream.forward();
    const StreamHead *const head = *stream ? &**stream : nullptr;
    const auto type = sourceTypeFor(registry, path, head);
    if (!type)
        return type.forward();
    return lookAtFile(registry, *type, Members{{"path", path}}, {}, ShownItems, head);
}

} // namespace

int peekCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const auto call = parseCall("peek", arguments);
    if (!call)
        return wrongCall("peek", call.error().message);
    if (call->words.size() != 1)
        return wrongCall("peek", "Name one data file.");
    const std::string &path = call->words.front();
    const auto look = lookAt(registry, path);
    if (!look) {
        printError(printable(look.error().message));
        return WrongCall;
    }
    say(stdout, call->has("json") ? toIndentedJson(toValue(*look)) : page(path, *look));
    return Finished;
}

} // namespace millrace

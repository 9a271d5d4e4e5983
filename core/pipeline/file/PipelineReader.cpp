// SPDX-License-Identifier: MIT
#include "pipeline/file/PipelineReader.h"

#include "data/json/JsonReader.h"
#include "pipeline/file/FileKeys.h"
#include "pipeline/file/FileShapeCheck.h"
#include "pipeline/NoteIds.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace millrace {

namespace {

constexpr int Version = 1;

std::string_view withoutByteOrderMark(std::string_view text)
{
    constexpr std::string_view Mark = "\xef\xbb\xbf";
    return text.starts_with(Mark) ? text.substr(Mark.size()) : text;
}

Result<> checkVersion(const Value &root)
{
    const Value *version = root.member("millrace");
    if (!version)
        return failure(
            ErrorKind::Version,
            R"(It is no pipeline: "millrace" with the number of its version is missing; a pipeline file begins with {"millrace": 1.)");
    int number = 0;
    if (version->isNumber() && version->toReal() > Version)
        return failure(ErrorKind::Version, "It was written by a newer Millrace (version " + toJson(*version)
                                               + " of the file format; this program reads up to "
                                               + std::to_string(Version) + "); update this program to open it.");
    if (!readWhole(*version, number) || number != Version)
        return failure(ErrorKind::Version, wrongValueText("millrace", *version, "1, the version of the file format"));
    return {};
}

/// The objects of a list; what else stands in it can't be kept, and is named.
template <class T>
void readEntries(
    const Value &root, std::string_view key, std::string_view noun, std::vector<T> &entries, Problems &problems)
{
    const Value *list = root.member(key);
    if (!list || !list->isList())
        return;
    entries.reserve(list->toList().size());
    for (size_t i = 0; i < list->toList().size(); ++i) {
        const Value &entry = list->toList()[i];
        if (entry.isObject()) {
            readMembers(entries.emplace_back(), entry.toObject());
            continue;
        }
        const std::string name = std::string(noun) + ' ' + std::to_string(i + 1);
        problems.push_back({Severity::Error, {}, {}, wrongValueText(name, entry, "an object") + " It is left out."});
    }
}

/// Gives steps without an id, or with that of another, one of their own: everything that shows a pipeline tells by ids.
void makeIdsUnique(std::vector<PipelineStep> &steps, Problems &problems)
{
    std::unordered_set<std::string> ids;
    for (const PipelineStep &step : steps)
        ids.insert(step.id);
    std::unordered_set<std::string> seen;
    for (size_t i = 0; i < steps.size(); ++i) {
        PipelineStep &step = steps[i];
        if (!step.id.empty() && seen.insert(step.id).second)
            continue;
        const std::string wanted = step.id.empty() ? "step" : step.id;
        std::string id = wanted + '-' + std::to_string(i + 1);
        while (!ids.insert(id).second)
            id += '-' + std::to_string(i + 1);
        std::string text = step.id.empty()
                               ? "Step " + std::to_string(i + 1) + " has no id; it is opened as \"" + id + "\"."
                               : "Two steps have the id \"" + step.id + "\"; the second is opened as \"" + id
                                     + "\": give it an id of its own.";
        problems.push_back({Severity::Error, step.id.empty() ? id : step.id, "id", std::move(text)});
        step.id = std::move(id);
        seen.insert(step.id);
    }
}

/// `pad` with nothing said pads with null: worth a word, since a value and a null are the same once they are read. Who says one of
/// the two means the other one to be null, or to have nothing there.
void checkPadding(const Value &batching, const std::string &step, Problems &problems)
{
    const Value *incomplete = batching.member("incomplete");
    if (!incomplete || !incomplete->isText() || incomplete->toText() != "pad")
        return;
    if (batching.member("padDataInputs") || batching.member("padExpectedOutputs"))
        return;
    for (const std::string key : {"padDataInputs", "padExpectedOutputs"})
        problems.push_back(
            {Severity::Warning, step, "batching." + key,
             "The last batch is padded, but " + key + " is missing: null is used; say which value you want."});
}

void checkPaddings(const Value &root, Problems &problems)
{
    if (const Value *batching = root.member("batching"))
        checkPadding(*batching, {}, problems);
    const Value *steps = root.member("steps");
    if (!steps || !steps->isList())
        return;
    for (const Value &step : steps->toList()) {
        const Value *batching = step.member("batching");
        const Value *id = step.member("id");
        if (batching)
            checkPadding(*batching, id && id->isText() ? std::string(id->toText()) : std::string(), problems);
    }
}

} // namespace

Result<LoadedPipeline> parsePipeline(std::string_view json)
{
    const std::string_view text = withoutByteOrderMark(json);
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return failure(ErrorKind::Parse, "It is empty; a pipeline file begins with {\"millrace\": 1.");
    const Result<Value> root = parseJson(text);
    if (!root)
        return failure(ErrorKind::Parse, "It can't be read as a pipeline: " + root.error().message + '.');
    if (!root->isObject())
        return failure(ErrorKind::Parse, "It is no pipeline: it holds a JSON " + std::string(typeName(root->type()))
                                             + ", and a pipeline is an object that begins with {\"millrace\": 1.");
    if (const auto version = checkVersion(*root); !version)
        return version.forward();

    LoadedPipeline loaded;
    readMembers(loaded.pipeline, root->toObject());
    readEntries(*root, "steps", "step", loaded.pipeline.steps, loaded.problems);
    readEntries(*root, "links", "link", loaded.pipeline.links, loaded.problems);
    readEntries(*root, "notes", "note", loaded.pipeline.notes, loaded.problems);
    readEntries(*root, "frames", "frame", loaded.pipeline.frames, loaded.problems);
    makeIdsUnique(loaded.pipeline.steps, loaded.problems);
    completeNoteIds(loaded.pipeline);
    checkPaddings(*root, loaded.problems);
    std::ranges::move(structureProblems(loaded.pipeline), std::back_inserter(loaded.problems));
    return loaded;
}

} // namespace millrace

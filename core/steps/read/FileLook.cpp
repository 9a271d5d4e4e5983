// SPDX-License-Identifier: MIT
#include "steps/read/FileLook.h"

#include "data/Batch.h"
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "formats/bytes/Unpacker.h"
#include "formats/csv/guess/CsvGuess.h"
#include "formats/guess/TextKind.h"
#include "formats/text/BlockReader.h"
#include "steps/read/TextSource.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

namespace millrace {

namespace {

constexpr const char *ParquetSource = "read.parquet";
constexpr size_t MostRecord = size_t(512) << 10; // bytes
constexpr size_t MostLookedAhead = size_t(256) << 10;
constexpr size_t MostOfStream = size_t(256) << 10;
constexpr size_t LookedAt = 64 * 1024;    // bytes that tell what a text is, and how its lines end
constexpr size_t PeekedBytes = 16 * 1024; // bytes that tell whether it is a table
constexpr double NearlyAll = 0.9;         // of a table's records

/// What is behind the last dot, in lower case, without what a packer has added.
std::string suffixOf(const std::string &path)
{
    std::string name = fileName(path);
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c; });
    constexpr std::array<std::string_view, 6> Packed{".gz", ".zst", ".xz", ".bz2", ".lz4", ".zip"};
    for (const std::string_view packed : Packed)
        if (name.ends_with(packed))
            name.resize(name.size() - packed.size());
    const size_t dot = name.rfind('.');
    return dot == std::string::npos ? std::string() : name.substr(dot + 1);
}

std::string lineEndOf(std::string_view text)
{
    size_t feeds = 0, pairs = 0, returns = 0;
    for (size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\n') {
            ++(at > 0 && text[at - 1] == '\r' ? pairs : feeds);
        } else if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] != '\n') {
            ++returns;
        }
    }
    if ((feeds > 0) + (pairs > 0) + (returns > 0) > 1)
        return "mixed";
    return pairs > 0 ? "CRLF" : feeds > 0 ? "LF" : returns > 0 ? "CR" : "";
}

bool isTable(std::string_view text, bool isWhole)
{
    const bool isAll = isWhole && text.size() <= PeekedBytes;
    const CsvGuess guess = guessCsv(text.substr(0, PeekedBytes), isAll, {});
    return guess.fields > 1 && double(guess.agreeing) >= NearlyAll * double(guess.records);
}

/// The beginning of the text that a reader has opened, up to the bytes that are looked at.
Result<std::string_view> beginningOf(BlockReader &reader)
{
    while (reader.available() < LookedAt && !reader.isAtEnd())
        if (auto read = reader.readMore(); !read)
            return read.forward();
    return std::string_view(reader.begin(), std::min(reader.available(), LookedAt));
}

Result<std::string> sourceOr(const StepRegistry &registry, const char *type, std::string sentence)
{
    if (registry.find(type))
        return std::string(type);
    return failure(ErrorKind::Parse, std::move(sentence));
}

/// The file that the source's parameters name.
std::string pathOf(const StepType &type, const Value &params)
{
    for (const Param &param : type.params)
        if (param.kind == ParamKind::InputFile)
            if (const Value *path = params.member(param.name); path && path->isText())
                return std::string(path->toText());
    return {};
}

/// Whether a file begins as Parquet files do, which are no text.
bool isParquet(const std::string &path)
{
    std::array<char, 4> start{};
    std::ifstream file(path, std::ios::binary);
    return file.read(start.data(), start.size()) && std::string_view(start.data(), start.size()) == "PAR1";
}

/// The first items, as a run would make them: fewer where they have so many fields that nobody looks at all of them.
Result<> readItems(Source &source, size_t items, FileLook &look)
{
    constexpr size_t MostValues = 20'000, FewItems = 3;
    const size_t fields = std::max<size_t>(source.schema() ? source.schema()->size() : 0, 1);
    items = std::min(items, std::max(FewItems, MostValues / fields));
    Batch batch;
    const auto any = source.fetch(batch, items);
    if (!any)
        return any.forward();
    if (!*any)
        return {};
    if (auto decoded = source.isTwoPhase() ? source.decode(batch) : Result<>(); !decoded)
        return decoded;
    for (size_t row = 0; row < batch.size(); ++row)
        look.items.push_back(batch.item(row));
    for (const ItemError &error : batch.errors())
        look.failures.push_back(error.message);
    return {};
}

/// Of a source that reads no text: what it says, and its first items.
Result<FileLook> lookByOpening(Source &source, const std::string &type, const std::string &folder, size_t items)
{
    FileLook look;
    look.type = type;
    StepContext context;
    context.folder = folder;
    auto looked = source.open(context);
    if (looked) {
        look.schema = source.schema();
        looked = readItems(source, items, look);
    }
    source.close();
    return looked ? Result<FileLook>(std::move(look)) : looked.forward();
}

} // namespace

Result<std::optional<StreamHead>> headForLook(const std::string &path)
{
    std::error_code ignored;
    if (!isStandardStream(path) && !std::filesystem::is_other(path, ignored))
        return std::optional<StreamHead>();
    auto head = headOf(path, MostOfStream);
    return head ? Result<std::optional<StreamHead>>(*std::move(head)) : head.forward();
}

Result<std::string> sourceTypeFor(const StepRegistry &registry, const std::string &path, const StreamHead *head)
{
    if (!head && registry.find(ParquetSource) && isParquet(path))
        return std::string(ParquetSource);
    BlockReader reader;
    if (auto opened = reader.open(path, -1, BlockReader::AutoEncoding, head); !opened)
        return opened.forward();
    const auto text = beginningOf(reader);
    if (!text)
        return text.forward();
    const std::string suffix = suffixOf(path), name = "The file " + inQuotes(path);
    const bool isJsonName = suffix == "json" || suffix == "jsonl" || suffix == "ndjson" || suffix == "geojson";
    switch (textKindOf(*text)) {
    case TextKind::JsonLines:
        return std::string(suffix == "json" && registry.find("read.json") ? "read.json" : "read.jsonl");
    case TextKind::Json:
        return sourceOr(registry, "read.json", name + " is JSON that isn't one value a line, which no step reads.");
    case TextKind::Html: return failure(ErrorKind::Parse, name + " is a page of HTML; export its table as CSV first.");
    case TextKind::Xml: return failure(ErrorKind::Parse, name + R"( is XML, which the step "read.xml" reads.)");
    case TextKind::Plain: break;
    }
    if (isJsonName)
        return std::string("read.jsonl");
    const StepType *const byName = registry.forFile(suffix);
    const bool isTableName = byName && byName->id == "read.csv";
    return std::string(isTableName || isTable(*text, reader.isAtEnd() && !reader.isCutOff()) ? "read.csv"
                                                                                             : "read.lines");
}

Result<FileLook> lookAtFile(const StepRegistry &registry,
                            const std::string &type,
                            const Value &params,
                            const std::string &folder,
                            size_t items,
                            const StreamHead *head)
{
    const StepType *const known = registry.find(type);
    if (!known || known->kind != StepKind::Source || !params.isObject())
        return failure(ErrorKind::Param, "There is no source " + inQuotes(type) + '.');
    auto step = known->create(params.toObject());
    if (!step)
        return step.forward();
    if (type == ParquetSource)
        return lookByOpening(static_cast<Source &>(**step), type, folder, items);
    auto *const source = dynamic_cast<TextSource *>(step->get());
    if (!source)
        return failure(ErrorKind::Param, "Files of " + inQuotes(type) + " can't be looked at.");
    FileLook look;
    look.type = type;
    StepContext context;
    context.folder = folder;
    {
        const std::string path = resolveFile(folder, pathOf(*known, params));
        std::error_code ignored;
        if (!head && (isStandardStream(path) || std::filesystem::is_other(path, ignored)))
            return failure(ErrorKind::Io, inQuotes(path) + " can be read only once, so it isn't looked at.");
        BlockReader reader;
        if (auto opened = reader.open(path, -1, BlockReader::AutoEncoding, head); !opened)
            return opened.forward();
        const auto text = beginningOf(reader);
        if (!text)
            return text.forward();
        look.encoding = reader.encoding();
        look.isEncodingGuessed = reader.isEncodingGuessed();
        look.packing = reader.packing() == Packing::None ? std::string() : packingName(reader.packing());
        look.lineEnd = lineEndOf(*text);
    }
    if (head)
        source->onlyLook(MostOfStream / 2, MostOfStream / 2, head);
    else
        source->onlyLook(MostRecord, MostLookedAhead);
    if (auto opened = source->open(context); !opened)
        return opened.forward();
    if (auto read = readItems(*source, items, look); !read)
        return read.forward();
    look.guesses = source->guesses();
    look.warnings = source->warnings();
    look.schema = source->schema();
    return look;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "formats/bytes/PathPattern.h"
#include "formats/bytes/Transcoder.h"
#include "formats/json/JsonDecoder.h"
#include "formats/text/ParseText.h"
#include "formats/text/TypeInference.h"
#include "formats/xml/XmlFile.h"
#include "steps/read/TextSource.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <atomic>
#include <deque>

namespace millrace {

namespace {

constexpr size_t XmlLookedAt = 1000;      ///< records that fields and types follow from
constexpr size_t MostXmlLooked = 4 << 20; ///< bytes of them

/// A text as a value of that type. Nothing: it says none. `written`: how a real was written, where that isn't how it would be.
std::optional<Value> typedValue(std::string_view text, ValueType type, std::string &written)
{
    int64_t integer = 0;
    double real = 0;
    bool truth = false;
    Timestamp moment;
    if (type == ValueType::Integer && parseInteger(text, integer))
        return Value(integer);
    if ((type == ValueType::Integer || type == ValueType::Real) && parseReal(text, real)) {
        if (formatNumber(real) != text)
            written = text;
        return Value(real);
    }
    if (type == ValueType::Boolean && parseBoolean(text, truth))
        return Value(truth);
    if (type == ValueType::Timestamp && parseTimestamp(text, moment))
        return Value(moment);
    return std::nullopt;
}

} // namespace

/// Gives elements of XML documents, an item each: fetch() reads the documents and leaves each record as a line of JSON, which decode()
/// takes apart on all workers.
class ReadXml final : public Source
{
public:
    static void describe(StepBuilder<ReadXml> &step)
    {
        step.id("read.xml").title("XML").family(Family::Source).icon("xml").opens({"xml"});
        step.help(
            "Reads XML documents of any size: an item for each element at a place, for example {\"path\": "
            "\"catalog.xml\", \"record\": \"/catalog/book\"}. Its attributes become fields such as @id, its children "
            "fields of their names; a child that has attributes or children is an object, whose text is #text, and "
            "children of one name are a list. An empty element is null. Nothing is fetched from elsewhere, and a "
            "document whose entities would grow without end is refused. A fault names its line and column.");
        step.synonyms({"xml", "feed", "rss", "atom", "soap", "document", "load", "open", "markup"});
        step.param("path", &ReadXml::m_paths)
            .required()
            .title("File")
            .help("The file to read. A relative path starts at the pipeline's folder. A pattern such as feeds/*.xml "
                  "stands for all files that fit it, sorted; a list for several; - for standard input. What is packed "
                  "is unpacked.");
        step.param("record", &ReadXml::m_record)
            .title("Element")
            .help("The place of the elements that are items: the names from the root to them, as /catalog/book, with * "
                  "for any name. Empty: whatever is directly within the root.");
        step.param("types", &ReadXml::m_types)
            .choices({"infer", "text"})
            .title("Types")
            .help("infer: a field whose texts in the first 1000 items are all numbers, dates, or true and false has "
                  "such values; an item with another text later on fails. text: all stay texts.");
        step.param("encoding", &ReadXml::m_encoding)
            .title("Encoding")
            .help("How the text's characters are written. auto: as the document says, else UTF-8.");
    }
    Result<> open(const StepContext &context) override;
    Result<bool> fetch(Batch &batch, size_t items) override;
    bool isTwoPhase() const override { return true; }
    Result<> openDecoder(const Source &opened, const StepContext &context) override;
    Result<> decode(Batch &batch) override;
    void close() override { m_file.reset(); }
    SchemaPtr schema() const override { return m_schema; }
    SourceProgress progress() const override;
    std::string originName() const override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override;

private:
    /// A record as a line of JSON.
    struct RecordLine
    {
        std::string json;
        int64_t line = 0;
    };

    Result<> start(const StepContext &context);
    Result<bool> next(RecordLine &record);
    Result<> openNext();
    void sayWhatIsMissing();
    Result<> lookAhead();
    bool canLookAhead(const CheckContext &context) const;
    Result<std::unique_ptr<ReadXml>> look(const CheckContext &context) const;
    void convertColumn(Batch &batch, size_t column) const;

    FilePaths m_paths;
    std::string m_record, m_types = "infer", m_encoding = XmlFile::AutoEncoding;

    StepContext m_context;
    std::vector<std::string> m_files, m_parts;
    size_t m_next = 0; ///< of the files
    std::unique_ptr<XmlFile> m_file;
    std::deque<RecordLine> m_ahead;
    bool m_isOver = false;
    uint64_t m_fileRecords = 0; ///< of the file that is open
    int64_t m_row = 0;
    JsonRecordLayout m_layout;          ///< all fields are as JSON has them: texts
    SchemaPtr m_schema = emptySchema(); ///< with the types that these say
    std::optional<JsonDecoder> m_decoder;
    std::atomic<uint64_t> m_taken{0}, m_length{0};
};

Result<> ReadXml::start(const StepContext &context)
{
    auto parts = xmlPathParts(m_record);
    if (!parts)
        return parts.forward();
    m_parts = *std::move(parts);
    m_context = context;
    for (const std::string &path : m_paths.paths) {
        if (!isPathPattern(context.folder, path)) {
            m_files.push_back(resolveFile(context.folder, path));
            continue;
        }
        const auto fitting = filesOfPattern(context.folder, path);
        if (fitting.empty())
            return failure(ErrorKind::Io, "No file fits the pattern " + inQuotes(path) + '.');
        for (const std::string &file : fitting)
            m_files.push_back(resolveFile(context.folder, file));
    }
    if (m_files.empty())
        return failure(ErrorKind::Param, "\"path\" names no file.");
    if (auto opened = openNext(); !opened)
        return opened;
    return lookAhead();
}

Result<> ReadXml::open(const StepContext &context)
{
    m_files.clear();
    m_ahead.clear();
    m_next = 0;
    m_row = 0;
    m_isOver = false;
    return start(context);
}

Result<> ReadXml::openNext()
{
    auto file = XmlFile::open(m_files[m_next], m_encoding, m_parts, m_context.stopFd);
    if (!file)
        return file.forward();
    m_file = *std::move(file);
    m_fileRecords = 0;
    ++m_next;
    return {};
}

/// In a file that has no such element: which there are.
void ReadXml::sayWhatIsMissing()
{
    if (m_fileRecords > 0 || !m_context.log)
        return;
    std::string others;
    for (const std::string &path : m_file->others())
        others += (others.empty() ? "" : ", ") + path;
    m_context.log->warn(m_context.stepId,
                        inQuotes(fileName(m_files[m_next - 1])) + " has no element "
                            + inQuotes(m_record.empty() ? "/*/*" : m_record)
                            + (others.empty() ? "." : "; among those that it has are " + others + '.'));
}

/// False: all files are at their ends.
Result<bool> ReadXml::next(RecordLine &record)
{
    while (!m_isOver) {
        auto found = m_file->next();
        m_taken.store(m_file->taken(), std::memory_order_relaxed);
        m_length.store(m_file->length(), std::memory_order_relaxed);
        if (!found)
            return found.forward();
        if (*found) {
            ++m_fileRecords;
            record.line = (*found)->line;
            record.json.clear();
            const Value &value = (*found)->value;
            appendJson(record.json, value.isObject() ? value : Value(Members()));
            record.json += '\n';
            return true;
        }
        sayWhatIsMissing();
        if (m_next == m_files.size())
            m_isOver = true;
        else if (auto opened = openNext(); !opened)
            return opened.forward();
        else
            break; // no batch has records of two files
    }
    return false;
}

Result<> ReadXml::lookAhead()
{
    std::string sample;
    while (m_ahead.size() < XmlLookedAt && sample.size() < MostXmlLooked) {
        RecordLine record;
        const auto any = next(record);
        if (!any)
            return any.forward();
        if (!*any)
            break;
        sample += record.json;
        m_ahead.push_back(std::move(record));
    }
    m_layout = jsonRecordLayoutOf(sample, true, m_isOver);
    std::vector<Field> fields = m_layout.schema->fields();
    std::vector<TypeInference> inferred(fields.size());
    for (const RecordLine &record : m_types == "infer" ? m_ahead : std::deque<RecordLine>())
        if (const auto value = parseJson(record.json); value && value->isObject())
            for (size_t i = 0; i < fields.size(); ++i)
                if (const Value *member = value->member(fields[i].name); member && member->isText())
                    inferred[i].add(member->toText());
    for (size_t i = 0; i < fields.size(); ++i)
        if (fields[i].type == ValueType::Text)
            fields[i].type = inferred[i].type();
    m_schema = m_layout.schema->with(std::move(fields));
    return {};
}

Result<bool> ReadXml::fetch(Batch &batch, size_t items)
{
    batch.clearItems();
    auto block = std::make_shared<TextBlock>();
    Origin &origin = batch.origin;
    origin.lineOffsets.clear();
    size_t rows = 0;
    while (rows < items && (rows == 0 || block->bytes.size() < m_context.batchBytes)) {
        RecordLine record;
        if (!m_ahead.empty()) {
            record = std::move(m_ahead.front());
            m_ahead.pop_front();
        } else {
            const auto any = next(record);
            if (!any && rows > 0) // what came before the fault is handed on; it is told next time
                break;
            if (!any)
                return any;
            if (!*any && rows == 0 && !m_isOver) // the next file
                continue;
            if (!*any)
                break;
        }
        if (rows == 0)
            origin.firstLine = record.line;
        origin.lineOffsets.push_back(uint32_t(std::max<int64_t>(record.line - origin.firstLine, 0)));
        block->bytes.insert(block->bytes.end(), record.json.begin(), record.json.end());
        ++rows;
    }
    if (rows == 0)
        return false;
    const uint64_t end = block->bytes.size();
    batch.setRaw({std::move(block), 0, end, rows});
    origin.firstRow = m_row;
    origin.firstColumn = 1;
    batch.setFirstId(m_row);
    m_row += int64_t(rows);
    return true;
}

Result<> ReadXml::openDecoder(const Source &opened, const StepContext &)
{
    const auto &source = static_cast<const ReadXml &>(opened);
    m_layout = source.m_layout;
    m_schema = source.m_schema;
    m_decoder.emplace(m_layout);
    return {};
}

Result<> ReadXml::decode(Batch &batch)
{
    if (!m_decoder)
        m_decoder.emplace(m_layout);
    m_decoder->decode(batch);
    std::vector<Field> fields = batch.schema()->fields();
    for (size_t i = 0; i < m_schema->size(); ++i) {
        if (m_schema->field(i).type == fields[i].type)
            continue;
        fields[i].type = m_schema->field(i).type;
        convertColumn(batch, i);
    }
    batch.setSchema(fields == m_schema->fields() ? m_schema : batch.schema()->with(std::move(fields)));
    return {};
}

void ReadXml::convertColumn(Batch &batch, size_t column) const
{
    const Field &field = m_schema->field(column);
    const Column texts = batch.column(column);
    Column typed(columnTypeFor(field.type));
    typed.reserve(batch.size());
    std::string written;
    for (size_t row = 0; row < batch.size(); ++row) {
        if (texts.isAbsent(row)) {
            typed.appendAbsent();
            continue;
        }
        const Value value = texts.value(row);
        written.clear();
        const auto read = value.isText() ? typedValue(value.toText(), field.type, written) : std::nullopt;
        typed.append(read ? *read : value);
        if (!written.empty())
            typed.setWritten(row, written);
        if (!read && !value.isNull())
            batch.fail(row, ErrorKind::Type,
                       inQuotes(field.name) + ": " + describeValue(value) + " is no "
                           + std::string(typeName(field.type))
                           + R"(, as the field's values are in the first items; set "types" to "text" to keep it.)");
    }
    batch.columnToChange(column) = std::move(typed);
}

SourceProgress ReadXml::progress() const
{
    const uint64_t length = m_length.load(std::memory_order_relaxed);
    if (length == 0 || m_files.size() != 1)
        return {};
    return {double(m_taken.load(std::memory_order_relaxed)) / double(length), {}};
}

std::string ReadXml::originName() const
{
    return m_files.size() == 1 ? fileName(m_files.front()) : std::to_string(m_files.size()) + " files";
}

std::string ReadXml::summary() const
{
    const std::string first = m_paths.paths.empty() ? std::string() : m_paths.paths.front();
    return first.empty() || m_record.empty() ? first : first + ", " + m_record;
}

/// Only regular files can be looked at without being used up.
bool ReadXml::canLookAhead(const CheckContext &context) const
{
    if (m_paths.paths.empty() || !xmlPathParts(m_record))
        return false;
    const std::string &first = m_paths.paths.front();
    if (isPathPattern(context.folder, first))
        return !filesOfPattern(context.folder, first).empty();
    return !isStandardStream(first) && isRegularFile(resolvePath(context.folder, first));
}

/// A copy that is open.
Result<std::unique_ptr<ReadXml>> ReadXml::look(const CheckContext &context) const
{
    auto other = std::make_unique<ReadXml>();
    other->m_paths = m_paths;
    other->m_record = m_record;
    other->m_types = m_types;
    other->m_encoding = m_encoding;
    StepContext own;
    own.folder = context.folder;
    if (auto opened = other->open(own); !opened)
        return opened.forward();
    return other;
}

void ReadXml::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (const auto parts = xmlPathParts(m_record); !parts)
        problems.push_back({true, "record", parts.error().message});
    if (m_encoding != XmlFile::AutoEncoding)
        if (std::string problem = encodingProblem(m_encoding); !problem.empty()) {
            problems.push_back({true, "encoding", std::move(problem)});
            return;
        }
    for (const std::string &path : m_paths.paths) {
        const bool isPattern = isPathPattern(context.folder, path);
        if (isPattern && filesOfPattern(context.folder, path).empty())
            problems.push_back({true, "path", "No file fits the pattern " + inQuotes(path) + '.'});
        else if (!isPattern && !checkReadable(context, path, problems))
            return;
    }
    if (!canLookAhead(context))
        return;
    const auto looked = look(context);
    if (!looked) {
        problems.push_back({true, "path", looked.error().message});
        return;
    }
    if (!(*looked)->m_ahead.empty() || !(*looked)->m_isOver)
        return;
    std::string others;
    for (const std::string &path : (*looked)->m_file->others())
        others += (others.empty() ? "" : ", ") + path;
    problems.push_back({!m_record.empty(), "record",
                        "The file has no element " + inQuotes(m_record.empty() ? "/*/*" : m_record)
                            + (others.empty() ? "." : "; among those that it has are " + others + '.')});
}

SchemaPtr ReadXml::outputSchema(const CheckContext &context) const
{
    if (!canLookAhead(context))
        return nullptr;
    const auto looked = look(context);
    return looked && (*looked)->m_schema->size() > 0 ? (*looked)->m_schema : nullptr;
}

void registerReadXml(StepRegistry &registry)
{
    registry.add<ReadXml>();
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "steps/write/FileSink.h"

#include "data/files/ConfinedTarget.h"
#include "data/files/FilePath.h"
#include "data/json/ObjectMembers.h"
#include "data/text/Quote.h"
#include "formats/bytes/Encoding.h"
#include "formats/bytes/Transcoder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <functional>
#include <numeric>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace millrace {

namespace {

constexpr size_t MostOpen = 256;      // files
constexpr size_t MostFiles = 100'000; // of one sink
constexpr size_t LongestName = 239;   // bytes, which leave room for what temporary files are called

WriteMode modeNamed(const std::string &name)
{
    return name == "append" ? WriteMode::Append : name == "new" ? WriteMode::New : WriteMode::Replace;
}

/// Of encodings that have all characters nothing needs to be checked.
bool mayLackCharacters(const std::string &encoding)
{
    return !isUtf8Name(encoding) && !isMarkedUtf8(encoding) && !encoding.starts_with("UTF")
           && !encoding.starts_with("utf");
}

/// What stands before each part's text in a batch's encoded text.
struct PartHead
{
    uint64_t path = 0, rows = 0, text = 0; ///< bytes, rows, bytes
};

template <class T>
void append(std::string &bytes, const T *values, size_t count)
{
    bytes.append(reinterpret_cast<const char *>(values), count * sizeof(T));
}

} // namespace

Result<> FileSink::open(const StepContext &context)
{
    m_template = pathTemplate();
    m_folder = context.folder;
    m_files.clear();
    m_open.clear();
    m_madeFolders.clear();
    m_isSettled = false;
    m_done = {};
    if (context.checkpoint)
        return openAgain(*context.checkpoint);
    if (!m_template.isPlain())
        return {};
    const auto opened = fileOf(m_path);
    return opened ? Result<>() : Result<>(opened.forward());
}

ResultForm FileSink::form() const
{
    return {m_encoding, modeNamed(m_mode)};
}

Sink::Resuming FileSink::resuming() const
{
    const bool isPlain = m_ordered && pathTemplate().isPlain() && ResultFile::isPlain(resultFile(), form());
    return hasCheckpoints() && isPlain ? Resuming::ByCheckpoint : Resuming::No;
}

Result<Value> FileSink::checkpoint()
{
    if (!m_done.isNull())
        return m_done;
    auto state = file().checkpoint();
    if (!state)
        return state.forward();
    if (m_isSettled)
        state->emplace_back("isSettled", true);
    return Value(*std::move(state));
}

Result<> FileSink::openAgain(const Value &checkpoint)
{
    if (resuming() != Resuming::ByCheckpoint)
        return failure(ErrorKind::Step,
                       "What it has written can't be gone on with; run the pipeline from the beginning.");
    const Value *isSettled = memberOf(checkpoint, "isSettled");
    if (isSettled && *isSettled == Value(true)
        && !AtomicFile::isLeft(resultFile(), uint64_t(wholeOf(checkpoint, "inode"))) && isRegularFile(resultFile())) {
        m_done = checkpoint;
        return {};
    }
    m_open.push_front(m_path);
    auto file = makeFile();
    auto opened = file->openAgain(resultFile(), form(), checkpoint);
    m_files.emplace(m_path, OpenFile{std::move(file), m_open.begin()});
    return opened;
}

Result<> FileSink::openEncoder(const Sink &, const StepContext &)
{
    m_template = pathTemplate();
    m_checker.reset();
    if (!mayLackCharacters(m_encoding))
        return {};
    auto checker = TextEncoder::make(m_encoding);
    if (!checker)
        return checker.forward();
    m_checker = *std::move(checker);
    return {};
}

Result<> FileSink::encode(Batch &batch)
{
    std::string &text = batch.encodedToChange();
    text.clear();
    if (!m_template.isPlain())
        return encodeParts(text, batch);
    if (auto encoded = encodeItems(text, batch); !encoded)
        return encoded;
    return checkCharacters(text);
}

Result<> FileSink::checkCharacters(std::string_view text)
{
    if (!m_checker)
        return {};
    m_unused.clear();
    return m_checker->append(m_unused, text);
}

/// The items of each file by themselves.
Result<> FileSink::encodeParts(std::string &text, Batch &batch)
{
    if (batch.isEmpty())
        return {};
    std::vector<size_t> columns;
    for (const std::string &name : m_template.fields()) {
        const auto column = batch.schema()->find(name);
        if (!column && !batch.schema()->isOpen())
            return failure(ErrorKind::Field, noFieldMessage(name, *batch.schema()));
        columns.push_back(column.value_or(SIZE_MAX));
    }
    std::vector<std::pair<std::string, std::vector<uint32_t>>> parts;
    std::unordered_map<std::string, size_t> places;
    for (uint32_t row = 0; row < batch.size(); ++row) {
        const std::string path = m_template.pathFor(batch, row, columns);
        if (fileName(path).size() > LongestName)
            return failure(ErrorKind::Io, "The name of the file " + inQuotes(fileName(path))
                                              + " would be too long; choose another field for \"path\".");
        const auto [found, isNew] = places.try_emplace(path, parts.size());
        if (isNew)
            parts.emplace_back(path, std::vector<uint32_t>());
        parts[found->second].second.push_back(row);
    }
    Batch some;
    std::string own;
    for (const auto &[path, rows] : parts) {
        some.copyRows(batch, rows);
        own.clear();
        if (auto encoded = encodeItems(own, some); !encoded)
            return encoded;
        if (auto checked = checkCharacters(own); !checked)
            return checked;
        const PartHead head{path.size(), rows.size(), own.size()};
        append(text, &head, 1);
        append(text, path.data(), path.size());
        append(text, rows.data(), rows.size());
        text += own;
    }
    return {};
}

Result<> FileSink::write(Batch &batch)
{
    if (!m_done.isNull())
        return {};
    if (!m_template.isPlain())
        return writeParts(batch);
    if (m_rows.size() != batch.size()) {
        m_rows.resize(batch.size());
        std::iota(m_rows.begin(), m_rows.end(), 0u);
    }
    return file().write(batch, m_rows, batch.encoded());
}

Result<> FileSink::writeParts(Batch &batch)
{
    std::string_view text = batch.encoded();
    std::vector<uint32_t> rows;
    const auto take = [&text](size_t bytes) {
        const std::string_view taken = text.substr(0, bytes);
        text.remove_prefix(bytes);
        return taken;
    };
    while (!text.empty()) {
        PartHead head;
        std::memcpy(&head, take(sizeof head).data(), sizeof head);
        const auto file = fileOf(std::string(take(head.path)));
        if (!file)
            return file.forward();
        rows.resize(head.rows);
        std::memcpy(rows.data(), take(head.rows * sizeof(uint32_t)).data(), head.rows * sizeof(uint32_t));
        if (auto written = (*file)->write(batch, rows, take(head.text)); !written)
            return written;
    }
    return {};
}

/// The file of that path, which is open then.
Result<SinkFile *> FileSink::fileOf(const std::string &path)
{
    const auto found = m_files.find(path);
    if (found != m_files.end() && !found->second.file->result().isSuspended()) {
        m_open.splice(m_open.begin(), m_open, found->second.place);
        return found->second.file.get();
    }
    if (auto made = makeRoom(); !made)
        return made.forward();
    m_open.push_front(path);
    if (found != m_files.end()) {
        found->second.place = m_open.begin();
        auto resumed = found->second.file->result().resume();
        return resumed ? Result<SinkFile *>(found->second.file.get()) : Result<SinkFile *>(resumed.forward());
    }
    if (m_files.size() >= MostFiles)
        return failure(ErrorKind::Io, "There would be more than " + std::to_string(MostFiles)
                                          + " files; choose a field with fewer values for \"path\".");
    // A value that is "-" names a file.
    const auto resolved = m_template.isPlain() ? Result<std::string>(resolveFile(m_folder, path)) : targetOf(path);
    if (!resolved)
        return resolved.forward();
    auto file = makeFile();
    if (auto opened = file->open(*resolved, form()); !opened)
        return opened.forward();
    return m_files.emplace(path, OpenFile{std::move(file), m_open.begin()}).first->second.file.get();
}

/// Of a file that items name: within the folder that the pipeline names, whatever links there are. Its folders are made.
Result<std::string> FileSink::targetOf(const std::string &path)
{
    const std::string folder = m_folder.empty() ? "." : m_folder, fixed = m_template.fixedFolder();
    return confinedTarget(resolvePath(folder, path), fixed.empty() ? folder : resolvePath(folder, fixed), path,
                          &m_madeFolders);
}

/// For one more open file.
Result<> FileSink::makeRoom()
{
    if (m_open.size() < MostOpen)
        return {};
    SinkFile &oldest = *m_files.at(m_open.back()).file;
    m_open.pop_back();
    return oldest.result().suspend();
}

Result<> FileSink::settle()
{
    for (auto &[path, part] : m_files) {
        if (auto resumed = part.file->result().resume(); !resumed)
            return resumed;
        if (auto settled = part.file->settle(); !settled)
            return settled;
        if (m_files.size() > 1)
            if (auto closed = part.file->result().suspend(); !closed)
                return closed;
    }
    m_isSettled = true;
    return {};
}

/// All is on the disk before the first file gets its name.
Result<> FileSink::finish()
{
    if (auto settled = settle(); !settled)
        return settled;
    for (auto &[path, part] : m_files)
        if (auto committed = part.file->commit(); !committed)
            return committed;
    return {};
}

/// Of several files the first one that is kept is told.
std::string FileSink::abandon()
{
    std::string kept;
    for (auto &[path, part] : m_files) {
        (void)part.file->result().resume();
        if (std::string one = part.file->abandon(); kept.empty())
            kept = std::move(one);
    }
    // Those that are empty, and those within others first.
    std::ranges::sort(m_madeFolders, std::greater());
    for (const std::string &folder : m_madeFolders)
        ::rmdir(folder.c_str());
    return kept;
}

void FileSink::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (!isUtf8Name(m_encoding) && !isMarkedUtf8(m_encoding))
        if (std::string problem = encodingProblem(m_encoding); !problem.empty())
            problems.push_back({true, "encoding", std::move(problem)});
    const PathTemplate path = pathTemplate();
    if (!path.isPlain()) {
        const std::string folder = resolvePath(context.folder, path.fixedFolder());
        if (std::error_code ignored; std::filesystem::exists(folder.empty() ? "." : folder, ignored))
            checkWritable(context, (std::filesystem::path(path.fixedFolder()) / ".millrace").string(), problems);
        checkFields(context, "path", path.fields(), problems);
        return;
    }
    const std::string target = resolveFile(context.folder, m_path);
    if (checkWritable(context, m_path, problems) && modeNamed(m_mode) == WriteMode::New && !AtomicFile::isStream(target)
        && isRegularFile(target))
        problems.push_back({true, "mode",
                            "There is a file " + inQuotes(m_path)
                                + " already, which \"mode\" new leaves alone; choose another path or another mode."});
}

} // namespace millrace

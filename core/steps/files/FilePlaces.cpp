// SPDX-License-Identifier: MIT
#include "steps/files/FilePlaces.h"

#include "data/files/ConfinedTarget.h"
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "steps/StepChecks.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace millrace {

namespace fs = std::filesystem;

namespace {

constexpr size_t LongestTargetName = 239; // bytes, which leave room for what temporary files are called

Failure notThere(const std::string &path, const std::string &why)
{
    return failure(ErrorKind::Io, "The file " + inQuotes(path) + " can't be used: " + why + '.');
}

Result<> findColumns(const Batch &batch, const PathTemplate &text, SchemaPtr &known, std::vector<size_t> &columns)
{
    if (batch.schema() == known)
        return {};
    columns.clear();
    for (const std::string &name : text.fields()) {
        const auto column = batch.schema()->find(name);
        if (!column && !batch.schema()->isOpen())
            return failure(ErrorKind::Field, noFieldMessage(name, *batch.schema()));
        columns.push_back(column.value_or(SIZE_MAX));
    }
    known = batch.schema();
    return {};
}

} // namespace

ExistingFile existingFileNamed(std::string_view name)
{
    return name == "skip" ? ExistingFile::Skip : name == "replace" ? ExistingFile::Replace : ExistingFile::Fail;
}

Result<> SourceFiles::open(const std::string &text, const std::string &within, const std::string &folder)
{
    m_template = PathTemplate(text);
    m_folder = folder.empty() ? "." : folder;
    m_shown = within.empty() ? m_folder : within;
    m_schema.reset();
    std::error_code error;
    m_within = canonicalOf(within.empty() ? m_folder : resolvePath(m_folder, within), error);
    if (error)
        return failure(ErrorKind::Io, "The folder " + inQuotes(m_shown) + " can't be used: " + error.message() + '.');
    return {};
}

Result<std::string> SourceFiles::pathFor(const Batch &batch, size_t row, bool isLinkTaken)
{
    if (auto found = findColumns(batch, m_template, m_schema, m_columns); !found)
        return found.forward();
    std::string missing;
    const std::string given = m_template.filled([&](std::string &to, size_t i) {
        const bool isNull = m_columns[i] == SIZE_MAX || batch.column(m_columns[i]).isNull(row);
        const std::string text = isNull ? std::string() : toPlain(batch.column(m_columns[i]).value(row));
        if (text.empty())
            missing = m_template.fields()[i];
        to += text;
    });
    if (!missing.empty())
        return failure(ErrorKind::Field, "The field " + inQuotes(missing) + " is null or empty, so there is no file.");
    const fs::path path = resolvePath(m_folder, given);
    const std::string name = path.filename().string();
    if (given.find('\0') != std::string::npos || name.empty() || name == "." || name == "..")
        return notThere(given, "it is the name of a folder");
    std::error_code error;
    fs::path real = canonicalOf(path.parent_path(), error) / name;
    struct stat info
    {};
    if (error || ::lstat(real.c_str(), &info) != 0)
        return notThere(given, error ? error.message() : std::strerror(errno));
    const bool isLink = S_ISLNK(info.st_mode);
    if (isLink && !isLinkTaken) {
        real = canonicalOf(real, error);
        if (error || ::stat(real.c_str(), &info) != 0)
            return notThere(given, "it is a link that leads nowhere");
    }
    if (!isInsideFolder(real, m_within))
        return failure(ErrorKind::Trust, "The file " + inQuotes(given) + " lies outside of the folder "
                                             + inQuotes(m_shown) + "; name its folder as \"within\".");
    if (!S_ISREG(info.st_mode) && !(isLink && isLinkTaken))
        return notThere(given, S_ISDIR(info.st_mode) ? "it is a folder" : "it is no regular file");
    return real.string();
}

void TargetFiles::open(const std::string &text, const std::string &folder)
{
    m_template = PathTemplate(text);
    m_folder = folder.empty() ? "." : folder;
    m_schema.reset();
}

Result<std::string> TargetFiles::pathFor(const Batch &batch, size_t row)
{
    if (auto found = findColumns(batch, m_template, m_schema, m_columns); !found)
        return found.forward();
    const std::string given = m_template.pathFor(batch, row, m_columns);
    const fs::path path = resolvePath(m_folder, given);
    const std::string name = path.filename().string();
    if (name.empty() || name.size() > LongestTargetName)
        return failure(ErrorKind::Io, "The name of the file " + inQuotes(given)
                                          + (name.empty() ? " is missing." : " would be too long."));
    const std::string fixed = m_template.fixedFolder();
    return confinedTarget(path, fixed.empty() ? m_folder : resolvePath(m_folder, fixed), given);
}

void checkTargets(const CheckContext &context,
                  const std::string &param,
                  const std::string &text,
                  std::vector<StepProblem> &problems)
{
    if (text.empty())
        return;
    const PathTemplate path(text);
    checkFields(context, param, path.fields(), problems);
    if (path.isPlain())
        problems.push_back(
            {true, param,
             inQuotes(text) + " would be one file for all items; put a field into it, as in done/{name}."});
    else if (text.ends_with('/'))
        problems.push_back(
            {true, param, inQuotes(text) + " ends with a folder; add the file's name, as in done/{name}."});
    const std::string folder = resolvePath(context.folder.empty() ? "." : context.folder, path.fixedFolder());
    std::error_code ignored;
    if (!path.isPlain() && fs::exists(folder, ignored))
        if (std::string problem = writeProblem((fs::path(folder) / ".millrace").string()); !problem.empty())
            problems.push_back({true, param, std::move(problem)});
}

} // namespace millrace

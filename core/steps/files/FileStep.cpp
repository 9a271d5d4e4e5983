// SPDX-License-Identifier: MIT
#include "steps/files/FileStep.h"

#include "data/files/AtomicFile.h"
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "process/Descriptor.h"
#include "steps/HalfChangedBatch.h"
#include "steps/keys/ItemGather.h"
#include "steps/keys/NewFields.h"
#include "steps/StepChecks.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

namespace millrace {

namespace {

constexpr size_t CopiedAtOnce = 256 * 1024; // bytes

Failure cantCopy(const std::string &path, int error)
{
    return failure(ErrorKind::Io, "The file " + inQuotes(path) + " can't be copied: " + std::strerror(error) + '.');
}

} // namespace

Result<> FileStep::open(const StepContext &context)
{
    m_context = context;
    m_targets.open(m_to, context.folder);
    return m_sources.open(m_from, m_within, context.folder);
}

Result<> FileStep::process(Batch &batch)
{
    const SchemaPtr before = batch.schema();
    const auto replaced = m_into.empty() ? std::nullopt : before->find(m_into);
    std::vector<ItemError> errors;
    Column paths(replaced ? ColumnType::Any : ColumnType::Text);
    for (uint32_t row = 0; row < batch.size(); ++row) {
        if (m_context.isInterrupted())
            return failure(ErrorKind::Interrupted, "The run was stopped.");
        auto done = workOn(batch, row);
        if (!done)
            errors.push_back({row, done.error().kind, done.error().message, {}});
        if (!m_into.empty() && done)
            paths.append(Value(readableText(*done)));
        else if (replaced)
            appendFrom(paths, &std::as_const(batch).column(*replaced), row);
        else
            paths.appendNull();
    }
    changeInPlace([&] {
        if (!m_into.empty()) {
            const Field field{m_into, ValueType::Text, Role::DataInput};
            std::vector<Column> columns;
            columns.push_back(std::move(paths));
            setFields(batch, {&field, 1}, std::move(columns));
        }
        if (!errors.empty())
            batch.setSchemaOfFailed(before);
        for (ItemError &error : errors)
            batch.fail(error.row, std::move(error.kind), std::move(error.message));
    });
    return {};
}

/// Gives the target's path.
Result<std::string> FileStep::workOn(const Batch &batch, size_t row)
{
    const auto from = m_sources.pathFor(batch, row, takesLinks());
    if (!from)
        return from;
    const auto to = m_to.empty() ? Result<std::string>(std::string()) : m_targets.pathFor(batch, row);
    if (!to)
        return to;
    struct stat one
    {
    }, other{};
    if (!to->empty() && ::lstat(to->c_str(), &other) == 0) {
        if (::lstat(from->c_str(), &one) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino)
            return failure(ErrorKind::Io, inQuotes(*from) + " and " + inQuotes(*to) + " are the same file.");
        if (existing() == ExistingFile::Skip)
            return to;
        if (existing() == ExistingFile::Fail)
            return failure(ErrorKind::Io,
                           "There is a file " + inQuotes(*to) + " already; \"exists\" says what becomes of it.");
    }
    auto done = work(*from, *to);
    return done ? to : done.forward();
}

Result<> FileStep::copy(const std::string &from, const std::string &to, bool keepsTime) const
{
    const Descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat info
    {};
    if (!source.isOpen() || ::fstat(source.number(), &info) != 0)
        return cantCopy(from, errno);
    if (!S_ISREG(info.st_mode))
        return cantCopy(from, EINVAL);
    AtomicFile target;
    if (auto opened = target.open(to); !opened)
        return opened;
    const auto bytes = std::make_unique<char[]>(CopiedAtOnce);
    for (;;) {
        const ssize_t count = ::read(source.number(), bytes.get(), CopiedAtOnce);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return cantCopy(from, errno);
        if (count == 0)
            break;
        if (m_context.isInterrupted())
            return failure(ErrorKind::Interrupted, "The run was stopped.");
        if (auto appended = target.append({bytes.get(), size_t(count)}); !appended)
            return appended;
    }
    if (auto settled = target.settle(); !settled)
        return settled;
    const timespec times[] = {info.st_atim, info.st_mtim};
    if (::chmod(target.temporary().c_str(), info.st_mode & 0777) != 0
        || (keepsTime && ::utimensat(AT_FDCWD, target.temporary().c_str(), times, 0) != 0))
        return cantCopy(from, errno);
    return target.commit(existing() != ExistingFile::Replace);
}

SchemaPtr FileStep::outputSchema(const CheckContext &context) const
{
    const Field field{m_into, ValueType::Text, Role::DataInput};
    return context.input && !m_into.empty() ? context.input->with(fieldsWith(*context.input, {&field, 1}))
                                            : context.input;
}

void FileStep::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkFields(context, "from", PathTemplate(m_from).fields(), problems);
    if (m_from.empty())
        problems.push_back({true, "from", "\"from\" is empty: it names the file, as {path} or in/{name}."});
    if (!m_within.empty())
        if (std::string problem = folderProblem(resolvePath(context.folder, m_within)); !problem.empty())
            problems.push_back({true, "within", std::move(problem)});
    checkTargets(context, "to", m_to, problems);
}

} // namespace millrace

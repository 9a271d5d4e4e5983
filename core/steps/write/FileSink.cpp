// SPDX-License-Identifier: MIT
#include "steps/write/FileSink.h"

#include "data/files/FilePath.h"
#include "steps/StepChecks.h"

#include <filesystem>

namespace millrace {

Result<> FileSink::open(const StepContext &context)
{
    const std::string path = resolvePath(context.folder, m_path);
    std::error_code ignored;
    m_isReadAlong = std::filesystem::exists(path, ignored) && !isRegularFile(path);
    m_items = 0;
    return m_file.open(path);
}

Result<> FileSink::appendItems(std::string_view text, size_t items)
{
    if (auto appended = m_file.append(text); !appended)
        return appended;
    m_items += items;
    return m_isReadAlong ? m_file.flush() : Result<>();
}

void FileSink::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkWritable(context, m_path, problems);
}

} // namespace millrace

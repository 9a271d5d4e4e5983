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
    m_packer.reset();
    if (auto opened = m_file.open(path); !opened)
        return opened;
    if (const Packing packing = packingOfName(m_path); packing != Packing::None)
        m_packer = std::make_unique<Packer>(m_file, packing);
    return {};
}

Result<> FileSink::finish()
{
    if (m_packer)
        if (auto finished = m_packer->finish(); !finished)
            return finished;
    return m_file.commit();
}

std::string FileSink::abandonFile(bool keep)
{
    if (m_packer && keep)
        keep = m_packer->finish().has_value(); // so that it can be unpacked
    return m_file.abandon(keep);
}

Result<> FileSink::appendItems(std::string_view text, size_t items)
{
    if (auto appended = append(text); !appended)
        return appended;
    m_items += items;
    return m_isReadAlong ? m_file.flush() : Result<>();
}

void FileSink::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkWritable(context, m_path, problems);
}

} // namespace millrace

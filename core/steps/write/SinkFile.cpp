// SPDX-License-Identifier: MIT
#include "steps/write/SinkFile.h"

#include "data/files/FilePath.h"
#include "data/json/ObjectMembers.h"

namespace millrace {

Result<> SinkFile::open(const std::string &path, const ResultForm &form)
{
    m_path = path;
    m_form = form;
    m_isReadAlong = AtomicFile::isStream(path) && !isRegularFile(isStandardStream(path) ? "/dev/stdout" : path);
    m_items = 0;
    if (auto opened = m_result->open(path, form); !opened)
        return opened;
    return m_result->hasOlderText() ? endOlderLine() : Result<>();
}

Result<> SinkFile::openAgain(const std::string &path, const ResultForm &form, const Value &checkpoint)
{
    m_path = path;
    m_form = form;
    m_isReadAlong = false;
    m_items = uint64_t(wholeOf(checkpoint, "items"));
    return m_result->openAgain(path, form, uint64_t(wholeOf(checkpoint, "inode")),
                               uint64_t(wholeOf(checkpoint, "bytes")));
}

Result<Members> SinkFile::checkpoint()
{
    if (auto flushed = m_result->flush(); !flushed)
        return flushed.forward();
    return Members{{"file", m_result->temporary()},
                   {"inode", int64_t(m_result->number())},
                   {"bytes", int64_t(m_result->size())},
                   {"items", int64_t(m_items)}};
}

Result<> SinkFile::endOlderLine()
{
    char last = '\n';
    if (auto read = m_result->readOlder([&last](std::string_view text) -> Result<> {
            last = text.empty() ? last : text.back();
            return {};
        });
        !read)
        return read;
    return last == '\n' ? Result<>() : append("\n");
}

Result<> SinkFile::appendItems(std::string_view text, size_t items)
{
    if (auto appended = append(text); !appended)
        return appended;
    m_items += items;
    return m_isReadAlong ? m_result->flush() : Result<>();
}

} // namespace millrace

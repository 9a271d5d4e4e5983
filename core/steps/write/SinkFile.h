// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "steps/write/ResultFile.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace millrace {

/// One file that a sink writes items to, a line each unless a class of its own knows better. One thread at a time.
class SinkFile
{
public:
    SinkFile() = default;
    virtual ~SinkFile() = default;
    SinkFile(const SinkFile &) = delete;
    SinkFile &operator=(const SinkFile &) = delete;

    virtual Result<> open(const std::string &path, const ResultForm &form);
    /// Goes on behind a checkpoint() of an earlier run. Only where the file is plain; see ResultFile.
    virtual Result<> openAgain(const std::string &path, const ResultForm &form, const Value &checkpoint);
    /// Where the file ends now: an object.
    virtual Result<Members> checkpoint();
    /// Whether what abandon() would keep still begins with what checkpoint() told of.
    virtual bool keepsCheckpoint() const { return true; }
    /// Some of a batch's items and what was made of them: `text`. Items that can't be written fail in the batch.
    virtual Result<> write(Batch &batch, std::span<const uint32_t> rows, std::string_view text)
    {
        (void)batch;
        return appendItems(text, rows.size());
    }
    /// All items were written: all that is left is the name.
    virtual Result<> settle() { return m_result->settle(); }
    Result<> commit() { return m_result->commit(); }
    /// Removes the file, or keeps what is in it where there are items; returns where.
    virtual std::string abandon() { return m_result->abandon(m_items > 0); }
    ResultFile &result() { return *m_result; }

    /// Appends text that holds so many items, in Unix's line ends.
    Result<> appendItems(std::string_view text, size_t items);

protected:
    Result<> append(std::string_view text) { return m_result->append(text); }

    std::string m_path;
    ResultForm m_form;
    std::unique_ptr<ResultFile> m_result = std::make_unique<ResultFile>(); ///< never null
    uint64_t m_items = 0;                                                  ///< appended so far

private:
    Result<> endOlderLine();

    bool m_isReadAlong = false; ///< a pipe or a device, where somebody may wait for each batch
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/BatchCodec.h"
#include "data/Result.h"
#include "process/Descriptor.h"

#include <cstdint>
#include <string>
#include <utility>

namespace millrace {

/// A temporary file for batches that memory has no room for: without a name, so that it is gone with the program however that ends,
/// in the run's folder, or where TMPDIR says if nothing can be written there. It is made when it is first needed. One thread at a time.
class SpillFile
{
public:
    explicit SpillFile(std::string folder) : m_folder(std::move(folder)) {}

    /// Appends the batch with all that it is, and returns where it begins. Fails with a sentence where the disk is full.
    Result<uint64_t> write(const Batch &batch);
    /// Fills the batch from what write() wrote there, and returns where it ends, which is where the next one begins.
    Result<uint64_t> read(uint64_t offset, Batch &batch);
    /// What lies before isn't needed any more: the disk has it back.
    void forgetBefore(uint64_t offset);
    /// Nothing in it is needed any more.
    void clear();
    /// Where the next batch will begin.
    uint64_t end() const { return m_end; }

private:
    Result<> make();
    Result<> checkRoom(uint64_t bytes);

    std::string m_folder; ///< the one that it is in, once it is made
    Descriptor m_file;
    uint64_t m_end = 0, m_forgotten = 0;
    uint64_t m_knownRoom = 0; ///< bytes that the disk had left when it was looked at, less those written since
    std::string m_buffer;
    BatchDecoder m_decoder;
};

} // namespace millrace

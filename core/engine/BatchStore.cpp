// SPDX-License-Identifier: MIT
#include "engine/BatchStore.h"

#include "steps/FilePath.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace millrace {

namespace {

std::string temporaryFolder()
{
    const char *const chosen = std::getenv("TMPDIR");
    return chosen && *chosen ? chosen : "/tmp";
}

/// A file without a name, which is gone with the program however that ends; null and errno where there can't be one.
std::FILE *makeTemporaryFile()
{
    std::string path = temporaryFolder() + "/millrace-XXXXXX";
    const int descriptor = ::mkostemp(path.data(), O_CLOEXEC);
    if (descriptor < 0)
        return nullptr;
    ::unlink(path.c_str());
    std::FILE *const file = ::fdopen(descriptor, "w+b");
    if (!file)
        ::close(descriptor);
    return file;
}

Failure cannotKeep(const char *what, int reason)
{
    return failure("io", std::string(what) + " in the folder " + inQuotes(temporaryFolder()) + ": "
                             + std::strerror(reason) + "; make room there, or choose another folder with TMPDIR.");
}

} // namespace

BatchStore::~BatchStore()
{
    if (m_file)
        std::fclose(m_file);
    for (Batch *batch : m_batches)
        delete batch;
}

Result<> BatchStore::push(Batch *batch, Batch *&spare)
{
    spare = nullptr;
    const uint64_t bytes = batch->byteSize();
    if (m_spilled == m_read && m_bytes + bytes <= m_limit) {
        m_batches.push_back(batch);
        m_bytes += bytes;
        return {};
    }
    spare = batch;
    return spill(*batch);
}

Result<> BatchStore::spill(const Batch &batch)
{
    if (!m_file)
        m_file = makeTemporaryFile();
    if (!m_file)
        return cannotKeep("Can't make a temporary file for batches that wait", errno);
    m_buffer.clear();
    encodeBatch(m_buffer, batch);
    const uint64_t size = m_buffer.size();
    if (std::fseek(m_file, 0, SEEK_END) != 0 || std::fwrite(&size, sizeof size, 1, m_file) != 1
        || std::fwrite(m_buffer.data(), 1, m_buffer.size(), m_file) != m_buffer.size() || std::fflush(m_file) != 0)
        return cannotKeep("Can't keep batches that wait in a temporary file", errno);
    ++m_spilled;
    return {};
}

Result<Batch *> BatchStore::pop(Batch *spare, bool &usedSpare)
{
    usedSpare = false;
    if (!m_batches.empty()) {
        Batch *batch = m_batches.front();
        m_batches.pop_front();
        m_bytes -= std::min<uint64_t>(m_bytes, batch->byteSize());
        if (m_batches.empty())
            m_bytes = 0;
        return batch;
    }
    uint64_t size = 0;
    bool isRead = std::fseek(m_file, m_readAt, SEEK_SET) == 0 && std::fread(&size, sizeof size, 1, m_file) == 1;
    if (isRead) {
        m_buffer.resize(size);
        isRead = std::fread(m_buffer.data(), 1, size, m_file) == size;
    }
    if (!isRead)
        return failure("io", "Can't read back batches that waited in a temporary file.");
    m_readAt = std::ftell(m_file);
    if (++m_read == m_spilled) { // empty again: use the file from its start
        std::fclose(std::exchange(m_file, nullptr));
        m_spilled = m_read = 0;
        m_readAt = 0;
    }
    usedSpare = true;
    if (auto decoded = m_decoder.decode(m_buffer, *spare); !decoded)
        return decoded.forward();
    return spare;
}

} // namespace millrace

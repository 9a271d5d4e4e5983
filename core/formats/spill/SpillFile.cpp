// SPDX-License-Identifier: MIT
#include "formats/spill/SpillFile.h"

#include "data/SpareMemory.h"
#include "data/text/ByteSize.h"
#include "data/text/Quote.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace millrace {

namespace {

constexpr uint64_t LeftToOthers = 64ull << 20;    ///< bytes of the disk that are never used
constexpr uint64_t ForgottenAtOnce = 64ull << 20; ///< bytes: the disk gets them back in large pieces
constexpr uint64_t BelievedRoom =
    256ull << 20; ///< bytes, after which the disk is looked at again: others write as well

struct Header
{
    uint64_t items = 0, encoded = 0; ///< bytes
};

int openUnnamed(const std::string &folder)
{
    if (const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600); file >= 0)
        return file;
    std::string path = folder + "/.millrace-XXXXXX"; // a file system that knows no files without names
    const int file = ::mkostemp(path.data(), O_CLOEXEC);
    if (file >= 0)
        ::unlink(path.c_str());
    return file;
}

std::string temporaryFolder()
{
    const char *const chosen = std::getenv("TMPDIR");
    return chosen && *chosen ? chosen : "/tmp";
}

Failure cannotKeep(const std::string &folder, std::string_view reason)
{
    return failure(ErrorKind::Io, "Batches that wait for their turn can't be kept in a temporary file in the folder "
                                      + inQuotes(folder) + ": " + std::string(reason)
                                      + "; make room there, or give the run more memory (--memory).");
}

bool writeAll(int file, const char *bytes, size_t size, uint64_t offset)
{
    while (size > 0) {
        const ssize_t written = ::pwrite(file, bytes, size, off_t(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        offset += uint64_t(written);
        size -= size_t(written);
    }
    return true;
}

bool readAll(int file, char *bytes, size_t size, uint64_t offset)
{
    while (size > 0) {
        const ssize_t count = ::pread(file, bytes, size, off_t(offset));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        bytes += count;
        offset += uint64_t(count);
        size -= size_t(count);
    }
    return true;
}

} // namespace

Result<> SpillFile::make()
{
    const std::string folder = m_folder.empty() ? "." : m_folder;
    m_file = Descriptor(openUnnamed(folder));
    if (m_file.isOpen()) {
        m_folder = folder;
        return {};
    }
    m_folder = temporaryFolder();
    m_file = Descriptor(openUnnamed(m_folder));
    if (m_file.isOpen())
        return {};
    return cannotKeep(m_folder, std::strerror(errno));
}

Result<> SpillFile::checkRoom(uint64_t bytes)
{
    if (m_knownRoom >= bytes) {
        m_knownRoom -= bytes;
        return {};
    }
    struct statvfs disk;
    if (::fstatvfs(m_file.number(), &disk) != 0)
        return {}; // writing will tell
    const uint64_t left = uint64_t(disk.f_bavail) * disk.f_frsize;
    if (left < bytes + LeftToOthers)
        return cannotKeep(m_folder, "only " + byteSizeText(left) + " are free, and the last "
                                        + byteSizeText(LeftToOthers) + " are left to others");
    m_knownRoom = std::min(left - LeftToOthers, BelievedRoom + bytes) - bytes;
    return {};
}

Result<uint64_t> SpillFile::write(const Batch &batch)
{
    if (!m_file.isOpen())
        if (auto made = make(); !made)
            return made.forward();
    m_buffer.assign(sizeof(Header), '\0');
    encodeBatch(m_buffer, batch);
    const Header header{m_buffer.size() - sizeof(Header), batch.encoded().size()};
    std::memcpy(m_buffer.data(), &header, sizeof header);
    m_buffer += batch.encoded();
    if (auto room = checkRoom(m_buffer.size()); !room)
        return room.forward();
    if (!writeAll(m_file.number(), m_buffer.data(), m_buffer.size(), m_end))
        return cannotKeep(m_folder, std::strerror(errno));
    const uint64_t offset = m_end;
    m_end += m_buffer.size();
    giveBackIfLarge(m_buffer);
    return offset;
}

Result<uint64_t> SpillFile::read(uint64_t offset, Batch &batch)
{
    Header header;
    bool isRead = readAll(m_file.number(), reinterpret_cast<char *>(&header), sizeof header, offset);
    if (isRead) {
        m_buffer.resize(header.items + header.encoded);
        isRead = readAll(m_file.number(), m_buffer.data(), m_buffer.size(), offset + sizeof header);
    }
    if (!isRead)
        return failure(ErrorKind::Io, "Batches that waited in a temporary file in the folder " + inQuotes(m_folder)
                                          + " can't be read back.");
    const std::string_view bytes = m_buffer;
    if (auto decoded = m_decoder.decode(bytes.substr(0, header.items), batch); !decoded)
        return decoded.forward();
    if (header.encoded > 0)
        batch.encodedToChange() = bytes.substr(header.items);
    const uint64_t end = offset + sizeof header + m_buffer.size();
    giveBackIfLarge(m_buffer);
    return end;
}

void SpillFile::forgetBefore(uint64_t offset)
{
    if (offset < m_forgotten + ForgottenAtOnce)
        return;
    // Where the file system can't do that, the disk has it back at the end.
    ::fallocate(m_file.number(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, off_t(m_forgotten),
                off_t(offset - m_forgotten));
    m_forgotten = offset;
}

void SpillFile::clear()
{
    if (m_file.isOpen() && m_end > 0 && ::ftruncate(m_file.number(), 0) != 0)
        m_file.close();
    m_end = m_forgotten = 0;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "formats/bytes/Unpacker.h"

#include "data/text/Quote.h"

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

namespace {

constexpr size_t PackedBytes = 128 * 1024; // read from the file at a time
constexpr size_t BytesToSignature = 28;    // of zip: less than the 30 of a header

struct Magic
{
    std::string_view bytes;
    Packing packing;
    std::string_view name;
};

constexpr std::array<Magic, 8> Magics{{
    {"\x1f\x8b", Packing::Gzip, "gzip"},
    {"\x28\xb5\x2f\xfd", Packing::Zstd, "zstd"},
    {{"\xfd\x37zXZ\0", 6}, Packing::Xz, "xz"},
    {"BZh", Packing::Bzip2, "bzip2"},
    {"\x04\x22\x4d\x18", Packing::Lz4, "lz4"},
    {"LZIP", Packing::Lzip, "lzip"},
    {"\x1f\x9d", Packing::Compress, "compress"},
    {"PK\x03\x04", Packing::Zip, "zip"},
}};

/// What is said of data that can't be unpacked.
Failure unpackFailure(const FileBytes &file, Packing packing, bool endsEarly, uint64_t byte)
{
    const std::string what = "The file " + inQuotes(file.path()) + " is " + std::string(packingName(packing)) + " data";
    return failure(
        ErrorKind::Io,
        what + (endsEarly ? " that ends early at byte " : " that is damaged near byte ") + std::to_string(byte)
            + (endsEarly ? "; is it still being written, or was a copy broken off?" : "; fetch or pack it again."));
}

/// By zlib: as quick as zcat, and it checks the sums.
class GzipBytes final : public ByteSource
{
public:
    explicit GzipBytes(FileBytes &file) : m_file(file), m_packed(PackedBytes)
    {
        constexpr int GzipWindow = 15 + 16;
        m_isReady = ::inflateInit2(&m_stream, GzipWindow) == Z_OK;
    }
    ~GzipBytes() override { ::inflateEnd(&m_stream); }

    Result<size_t> read(char *to, size_t most) override
    {
        if (!m_isReady)
            return failure(ErrorKind::Memory, "There isn't memory enough to unpack " + inQuotes(m_file.path()) + ".");
        m_stream.next_out = reinterpret_cast<Bytef *>(to);
        m_stream.avail_out = uInt(std::min<size_t>(most, UINT32_MAX / 2));
        const uInt room = m_stream.avail_out;
        while (m_stream.avail_out == room && !m_isDone) {
            if (auto filled = fill(); !filled)
                return filled.forward();
            if (m_isBehindMember && !beginMember())
                break;
            const int status = ::inflate(&m_stream, Z_NO_FLUSH);
            m_isBehindMember = status == Z_STREAM_END;
            if (status == Z_STREAM_END || status == Z_OK || (status == Z_BUF_ERROR && !m_atEnd))
                continue;
            m_isDone = true;
            return unpackFailure(m_file, Packing::Gzip, status == Z_BUF_ERROR, m_file.taken() - m_stream.avail_in);
        }
        return size_t(room - m_stream.avail_out);
    }

private:
    Result<> fill()
    {
        if (m_stream.avail_in > 0 || m_atEnd)
            return {};
        const auto count = m_file.read(m_packed.data(), m_packed.size());
        if (!count)
            return count.forward();
        m_atEnd = *count == 0;
        m_stream.next_in = reinterpret_cast<Bytef *>(m_packed.data());
        m_stream.avail_in = uInt(*count);
        return {};
    }
    /// Behind the data: further data that was packed by itself, or nothing. What else is there, gzip passes over, too.
    bool beginMember()
    {
        if (m_stream.avail_in == 0 || *m_stream.next_in != 0x1f) {
            m_isDone = m_atEnd || m_stream.avail_in > 0;
            return false;
        }
        ::inflateReset(&m_stream);
        m_isBehindMember = false;
        return true;
    }

    FileBytes &m_file;
    std::vector<char> m_packed;
    z_stream m_stream{};
    bool m_isReady = false, m_atEnd = false, m_isDone = false, m_isBehindMember = false;
};

/// By libarchive: all others. Of an archive its one file.
class ArchiveBytes final : public ByteSource
{
public:
    ArchiveBytes(FileBytes &file, Packing packing)
        : m_file(file), m_packing(packing), m_packed(PackedBytes), m_archive(::archive_read_new())
    {
        support();
    }
    ~ArchiveBytes() override { ::archive_read_free(m_archive); }

    Result<size_t> read(char *to, size_t most) override
    {
        if (m_isDone)
            return size_t(0);
        if (!m_isOpen)
            if (auto opened = open(); !opened)
                return fail(opened.forward());
        const la_ssize_t count = ::archive_read_data(m_archive, to, most);
        if (count > 0)
            return size_t(count);
        m_isDone = true;
        if (count < 0)
            return fail(whyNot());
        if (m_packing == Packing::Zip)
            if (auto only = checkThatOnly(); !only)
                return only.forward();
        return size_t(0);
    }

private:
    void support()
    {
        switch (m_packing) {
        case Packing::Zstd: ::archive_read_support_filter_zstd(m_archive); break;
        case Packing::Xz: ::archive_read_support_filter_xz(m_archive); break;
        case Packing::Bzip2: ::archive_read_support_filter_bzip2(m_archive); break;
        case Packing::Lz4: ::archive_read_support_filter_lz4(m_archive); break;
        case Packing::Lzip: ::archive_read_support_filter_lzip(m_archive); break;
        case Packing::Compress: ::archive_read_support_filter_compress(m_archive); break;
        default: ::archive_read_support_format_zip_streamable(m_archive); return;
        }
        ::archive_read_support_format_raw(m_archive);
        ::archive_read_support_format_empty(m_archive);
    }
    Result<> open()
    {
        m_isOpen = true;
        if (::archive_read_open(m_archive, this, nullptr, readPacked, nullptr) != ARCHIVE_OK)
            return whyNot();
        for (;;) {
            archive_entry *entry = nullptr;
            const int status = ::archive_read_next_header(m_archive, &entry);
            if (status == ARCHIVE_EOF) {
                m_isDone = true;
                return m_packing == Packing::Zip ? Result<>(
                           failure(ErrorKind::Io, "The zip archive " + inQuotes(m_file.path()) + " has no file."))
                                                 : Result<>();
            }
            if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
                return whyNot();
            if (!isData(entry))
                continue;
            m_entry = nameOf(entry);
            if (m_entry == "[Content_Types].xml" || m_entry == "mimetype")
                return failure(ErrorKind::Parse,
                               "The file " + inQuotes(m_file.path())
                                   + " is a spreadsheet or another document of an office program; save it as "
                                     "CSV.");
            return {};
        }
    }
    static bool isData(archive_entry *entry)
    {
        const std::string name = nameOf(entry);
        const bool isEmpty = ::archive_entry_size_is_set(entry) && ::archive_entry_size(entry) == 0;
        const bool isFolder = ::archive_entry_filetype(entry) == AE_IFDIR || name.ends_with('/');
        return !isFolder && !name.starts_with("__MACOSX/") && !(name.empty() && isEmpty);
    }
    static std::string nameOf(archive_entry *entry)
    {
        const char *const name = ::archive_entry_pathname(entry);
        return name ? name : ""; // none: the locale has no such letters
    }
    Result<> checkThatOnly()
    {
        for (;;) {
            watchForSignature();
            archive_entry *entry = nullptr;
            const int status = ::archive_read_next_header(m_archive, &entry);
            if (status == ARCHIVE_EOF && isEndSeen())
                return {};
            if (status != ARCHIVE_OK && status != ARCHIVE_WARN) // a warning is about a name that the locale can't write
                return whyNot();
            if (isData(entry))
                return failure(ErrorKind::Io, "The zip archive " + inQuotes(m_file.path())
                                                  + " has several files, among them " + inQuotes(m_entry) + " and "
                                                  + (nameOf(entry).empty() ? "another" : inQuotes(nameOf(entry)))
                                                  + "; unpack it, and read those that you mean.");
        }
    }
    /// Notes what stands behind an entry's data: libarchive looks on for the next header that it knows, and passes over one that is damaged.
    void watchForSignature()
    {
        ::archive_read_data_skip(m_archive);
        m_behind.clear();
        const auto at = uint64_t(std::max<la_int64_t>(::archive_filter_bytes(m_archive, 0), 0));
        m_isWatching = at >= m_pieceBegin;
        if (m_isWatching && at < m_pieceBegin + m_pieceSize)
            noteBehind({m_packed.data() + (at - m_pieceBegin), size_t(m_pieceBegin + m_pieceSize - at)});
    }
    void noteBehind(std::string_view bytes)
    {
        m_behind += bytes.substr(0, BytesToSignature - std::min(BytesToSignature, m_behind.size()));
    }
    /// Some writers leave a few bytes more behind the data than they should, but less than a header.
    bool isEndSeen() const
    {
        constexpr std::array<std::string_view, 3> Ends{"PK\x01\x02", "PK\x05\x06", "PK\x06\x06"};
        return !m_isWatching || std::ranges::any_of(Ends, [&](std::string_view end) {
            return m_behind.find(end) != std::string::npos;
        });
    }
    static la_ssize_t readPacked(archive *, void *own, const void **bytes)
    {
        auto &self = *static_cast<ArchiveBytes *>(own);
        const auto count = self.m_file.read(self.m_packed.data(), self.m_packed.size());
        if (!count) {
            self.m_fileError = count.error();
            return -1;
        }
        self.m_atEnd = *count == 0;
        self.m_pieceBegin += self.m_pieceSize;
        self.m_pieceSize = *count;
        if (self.m_isWatching)
            self.noteBehind({self.m_packed.data(), *count});
        *bytes = self.m_packed.data();
        return la_ssize_t(*count);
    }
    Failure whyNot() const
    {
        if (m_fileError)
            return {*m_fileError};
        return unpackFailure(m_file, m_packing, m_atEnd, m_atEnd ? m_file.taken() : packedSoFar());
    }
    uint64_t packedSoFar() const { return uint64_t(std::max<la_int64_t>(::archive_filter_bytes(m_archive, -1), 0)); }
    Failure fail(Failure failure)
    {
        m_isDone = true;
        return failure;
    }

    FileBytes &m_file;
    Packing m_packing;
    std::vector<char> m_packed;
    archive *m_archive;
    std::string m_entry;                        ///< of a zip archive: the file that is read
    std::string m_behind;                       ///< of a zip archive: the first bytes behind the data of an entry
    uint64_t m_pieceBegin = 0, m_pieceSize = 0; ///< of what m_packed holds, in the file
    std::optional<Error> m_fileError;
    bool m_isOpen = false, m_isDone = false, m_atEnd = false, m_isWatching = false;
};

} // namespace

Packing packingOf(std::string_view head)
{
    for (const Magic &magic : Magics)
        if (head.starts_with(magic.bytes))
            return magic.packing;
    return Packing::None;
}

bool mayBePacked(std::string_view firstTwo)
{
    return firstTwo.size() == 2
           && std::ranges::any_of(Magics, [&](const Magic &magic) { return magic.bytes.starts_with(firstTwo); });
}

std::string_view packingName(Packing packing)
{
    for (const Magic &magic : Magics)
        if (magic.packing == packing)
            return magic.name;
    return {};
}

std::unique_ptr<ByteSource> unpacked(FileBytes &file, Packing packing)
{
    if (packing == Packing::Gzip)
        return std::make_unique<GzipBytes>(file);
    return std::make_unique<ArchiveBytes>(file, packing);
}

} // namespace millrace

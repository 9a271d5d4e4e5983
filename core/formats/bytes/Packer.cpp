// SPDX-License-Identifier: MIT
#include "formats/bytes/Packer.h"

#include "data/text/Quote.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <utility>

namespace millrace {

Packing packingOfName(std::string_view name)
{
    constexpr std::array<std::pair<std::string_view, Packing>, 5> Ends{{{".gz", Packing::Gzip},
                                                                        {".zst", Packing::Zstd},
                                                                        {".xz", Packing::Xz},
                                                                        {".bz2", Packing::Bzip2},
                                                                        {".lz4", Packing::Lz4}}};
    for (const auto &[end, packing] : Ends)
        if (name.ends_with(end))
            return packing;
    return Packing::None;
}

Packer::Packer(AtomicFile &file, Packing packing) : m_file(file), m_packing(packing), m_archive(::archive_write_new())
{}

Packer::~Packer()
{
    ::archive_write_fail(m_archive); // or it would still write what belongs to the end
    ::archive_write_free(m_archive);
}

/// Called by libarchive.
long Packer::write(archive *, void *own, const void *bytes, size_t count)
{
    auto &self = *static_cast<Packer *>(own);
    if (auto appended = self.m_file.append({static_cast<const char *>(bytes), count}); !appended) {
        self.m_fileError = std::make_unique<Error>(appended.error());
        return -1;
    }
    return long(count);
}

Failure Packer::whyNot() const
{
    if (m_fileError)
        return {*m_fileError};
    const char *const reason = ::archive_error_string(m_archive);
    return failure(ErrorKind::Io,
                   "Packing " + inQuotes(m_file.path()) + " failed: " + (reason ? reason : "no memory") + ".");
}

Result<> Packer::open()
{
    m_isOpen = true;
    ::archive_write_set_format_raw(m_archive);
    switch (m_packing) {
    case Packing::Zstd: ::archive_write_add_filter_zstd(m_archive); break;
    case Packing::Xz: ::archive_write_add_filter_xz(m_archive); break;
    case Packing::Bzip2: ::archive_write_add_filter_bzip2(m_archive); break;
    case Packing::Lz4: ::archive_write_add_filter_lz4(m_archive); break;
    default:
        ::archive_write_add_filter_gzip(m_archive);
        ::archive_write_set_filter_option(m_archive, "gzip", "timestamp", nullptr);
    }
    ::archive_write_set_bytes_in_last_block(m_archive, 1); // no padding
    archive_entry *const entry = ::archive_entry_new();
    ::archive_entry_set_filetype(entry, AE_IFREG);
    const bool isOpen = ::archive_write_open(m_archive, this, nullptr, write, nullptr) == ARCHIVE_OK
                        && ::archive_write_header(m_archive, entry) == ARCHIVE_OK;
    ::archive_entry_free(entry);
    return isOpen ? Result<>() : whyNot();
}

Result<> Packer::append(std::string_view bytes)
{
    if (!m_isOpen)
        if (auto opened = open(); !opened)
            return opened;
    if (!bytes.empty() && ::archive_write_data(m_archive, bytes.data(), bytes.size()) < 0)
        return whyNot();
    return {};
}

Result<> Packer::finish()
{
    if (m_isFinished)
        return {};
    if (auto begun = append({}); !begun)
        return begun;
    m_isFinished = true;
    return ::archive_write_close(m_archive) == ARCHIVE_OK ? Result<>() : whyNot();
}

} // namespace millrace

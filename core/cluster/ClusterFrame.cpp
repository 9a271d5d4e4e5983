// SPDX-License-Identifier: MIT
#include "cluster/ClusterFrame.h"

#include "data/text/Quote.h"
#include "expression/values/Digest.h"
#include "process/Descriptor.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>

namespace millrace {

namespace {

constexpr std::string_view Magic = "MRB1"; // the digit is the version
constexpr uint32_t ByteOrder = 0x0102'0304;

} // namespace

ClusterFrame::ClusterFrame(std::string_view build) : m_header(Magic)
{
    const auto order = std::bit_cast<std::array<char, 4>>(ByteOrder);
    m_header.append(order.data(), order.size());
    uint64_t number = 0;
    std::from_chars(build.data(), build.data() + build.size(), number, 16);
    const auto digits = std::bit_cast<std::array<char, 8>>(number);
    m_header.append(digits.data(), digits.size());
}

Result<std::string_view> ClusterFrame::open(std::string_view bytes) const
{
    if (bytes.starts_with(m_header))
        return bytes.substr(Size);
    if (!bytes.starts_with(Magic.substr(0, 3)) || bytes.size() < Size)
        return failure(ErrorKind::Codec, "What came from Redis is no batch of Millrace's.");
    if (bytes.substr(0, 4) != Magic)
        return failure(ErrorKind::Version, "A batch came from Redis in the form of another version of Millrace.");
    if (bytes.substr(4, 4) != std::string_view(m_header).substr(4, 4))
        return failure(ErrorKind::Codec, "A batch came from a machine with another order of bytes.");
    return failure(ErrorKind::Version, "A batch came from another build of Millrace; install the same one everywhere.");
}

Result<std::string> clusterBuild(const std::string &program)
{
    const Descriptor file(::open(program.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status = {};
    if (!file.isOpen() || ::fstat(file.number(), &status) != 0 || status.st_size == 0)
        return failure(ErrorKind::Io, "The program " + inQuotes(program) + " can't be read.");
    const auto size = size_t(status.st_size);
    void *const bytes =
        ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0); // it is large, and in memory anyway
    if (bytes == MAP_FAILED)
        return failure(ErrorKind::Io, "The program " + inQuotes(program) + " can't be read.");
    std::string digest = digestOf(Digest::Xxh3, std::string_view(static_cast<const char *>(bytes), size));
    ::munmap(bytes, size);
    return digest;
}

} // namespace millrace

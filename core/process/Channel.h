// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "process/Descriptor.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace millrace {

/// Carries frames (a kind and a body) between this process and a child over a socket. Bodies over 64 KiB travel in sealed
/// memory of their own (memfd) instead of through the socket. One thread at a time.
class Channel
{
public:
    struct Frame
    {
        uint32_t kind = 0;
        std::string_view body; ///< valid until the next call of receive()
    };
    static constexpr uint64_t LargestBody = 4ull << 30;

    /// Two ends that are connected; the second is for the child.
    static Result<std::pair<Descriptor, Descriptor>> makePair();

    /// `cancelFd`: a descriptor that ends all waiting once it is readable; -1: none. `peer`: one that becomes readable when the
    /// other process has ended, for that one may have left its end of the socket to others; -1: none. Both are borrowed.
    explicit Channel(Descriptor socket, int cancelFd = -1, int peer = -1);
    Channel() = default;
    ~Channel() { unmap(); }
    Channel(Channel &&other) noexcept;
    Channel &operator=(Channel &&other) noexcept;

    /// Called each time the other process has been silent for SilenceMilliseconds while it was waited for.
    void onSilence(std::function<void()> told) { m_silence = std::move(told); }
    static constexpr int SilenceMilliseconds = 2'000;

    bool isOpen() const { return m_socket.isOpen(); }
    /// From now on another descriptor ends the waiting.
    void setCancelFd(int cancelFd) { m_cancelFd = cancelFd; }
    void close() { m_socket.close(); }

    // Errors by kind: "ended" (the other side is gone), "timeout", "interrupted", "protocol" (no frame of ours), "io".
    // `deadline`: steady nanoseconds; 0: never.
    Result<> send(uint32_t kind, std::string_view body, uint64_t deadline = 0);
    Result<Frame> receive(uint64_t deadline = 0);
    /// Gives back the memory of the last frame, whose body isn't valid any more.
    void forget();

private:
    struct Header
    {
        uint32_t magic = 0, kind = 0;
        uint64_t size = 0;
        uint64_t isApart = 0; ///< the body is in a memfd that comes along
    };
    Result<> waitFor(short events, uint64_t deadline);
    Result<> write(const Header &header, std::string_view body, int attached, uint64_t deadline);
    Result<> read(char *to, size_t size, Descriptor *attached, uint64_t deadline);
    Result<std::string_view> map(const Descriptor &memory, uint64_t size);
    void unmap();

    Descriptor m_socket;
    int m_cancelFd = -1, m_peer = -1;
    std::function<void()> m_silence;
    std::string m_body;
    void *m_mapped = nullptr;
    size_t m_mappedSize = 0;
};

} // namespace millrace

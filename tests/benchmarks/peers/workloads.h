// SPDX-License-Identifier: MIT
// The workloads that every peer runs. A workload is a source (`make`), a row of steps (`step`)
// with a worker limit each, and an in-order sink (`consume`). A peer owns threads, queues, order.
//
//   W1   4 trivial steps, 1 worker each, 1 item a batch          pure engine overhead
//   W1p  the same with 2 workers a step                          overhead, parallel steps
//   W2   4 trivial steps over vector<double>(100), 1 worker      overhead, real batches
//   W2p  the same with 2 workers a step
//   W3   CPU bound, 50/150/50 us, workers 1/2/1                  balance
//   W4   two sleeping steps (1 ms), workers 8 and 16             latency hiding
//   W4p  the same with 13 workers each: what a peer without worker limits gets from 26 threads
//   W5   CSV text -> parse -> transform -> format -> file        a real job
//   W6   W1p, ten times as many items                            for the memory figure
#pragma once
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace pb {

struct Config {
    size_t w1 = 1'000'000;      // items = batches
    size_t w2 = 10'000'000;     // items, 100 a batch
    size_t w3 = 2'000;          // batches of 250 us CPU
    size_t w4 = 4'000;          // batches of 2 ms sleep
    size_t w5 = 1'000'000;      // CSV lines
    size_t w6 = 10'000'000;     // items = batches
    size_t csvBatch = 256;      // lines a batch in W5
    size_t queue = 16;          // bound of every queue, where the peer has queues
    unsigned threads = 2;       // compute threads, where the peer has a thread pool
    uint64_t burn50us = 0;      // spin iterations worth 50 us, calibrated once by the parent
    std::string csvIn = "/dev/shm/peerbench-in.csv";
    std::string csvOut = "/dev/shm/peerbench-out";
};

inline uint64_t burn(uint64_t iterations, uint64_t x)
{
    x |= 1;
    for (uint64_t i = 0; i < iterations; ++i) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    return x;
}

inline uint64_t calibrateBurn()
{
    using clock = std::chrono::steady_clock;
    constexpr uint64_t n = 200'000;
    double best = 1e9;
    volatile uint64_t keep = 1;
    for (int i = 0; i < 40; ++i) {
        auto t = clock::now();
        keep = burn(n, keep);
        best = std::min(best, std::chrono::duration<double>(clock::now() - t).count());
    }
    return uint64_t(50e-6 * n / best);
}

// W1, W1p, W6
class Overhead1 {
public:
    struct Payload { double value = 0; };
    static constexpr size_t kChunk = 512;       // batches that fused-omp takes at once
    Overhead1(size_t n, int workers) : m_n(n), m_workers(workers) {}
    size_t batches() const { return m_n; }
    size_t items() const { return m_n; }
    int steps() const { return 4; }
    int workers(int) const { return m_workers; }
    void make(size_t i, Payload &p) { p.value = double(i); }
    void step(int k, Payload &p) const { step(k, p.value); }
    void consume(Payload &p) { consume(p.value); }
    // The same where the value lies elsewhere.
    static void step(int k, double &value)
    {
        switch (k) {
        case 1: value *= 3.0; break;
        case 3: value *= 0.5; break;
        default: asm volatile("" : "+m"(value)); break;
        }
    }
    void consume(double value) { m_bad += value != double(m_next++) * 1.5; }
    bool ok() const { return m_next == m_n && m_bad == 0; }

private:
    size_t m_n;
    int m_workers;
    size_t m_next = 0, m_bad = 0;
};

// W2, W2p
class Overhead100 {
public:
    struct Payload { std::vector<double> values; };
    static constexpr size_t kBatch = 100;
    static constexpr size_t kChunk = 16;
    Overhead100(size_t items, int workers) : m_n(items / kBatch), m_workers(workers) {}
    size_t batches() const { return m_n; }
    size_t items() const { return m_n * kBatch; }
    int steps() const { return 4; }
    int workers(int) const { return m_workers; }
    void make(size_t i, Payload &p)
    {
        p.values.resize(kBatch);
        for (size_t j = 0; j < kBatch; ++j)
            p.values[j] = double(i + j);
    }
    void step(int k, Payload &p) const
    {
        double *v = p.values.data();
        if (k == 1)
            for (size_t j = 0; j < kBatch; ++j) v[j] *= 3.0;
        else if (k == 3)
            for (size_t j = 0; j < kBatch; ++j) v[j] *= 0.5;
        else
            asm volatile("" : : "r"(v) : "memory");
    }
    void consume(Payload &p)
    {
        m_bad += p.values.front() != double(m_next) * 1.5
              || p.values.back() != double(m_next + kBatch - 1) * 1.5;
        ++m_next;
    }
    bool ok() const { return m_next == m_n && m_bad == 0; }

private:
    size_t m_n;
    int m_workers;
    size_t m_next = 0, m_bad = 0;
};

// W3
class CpuBound {
public:
    struct Payload { uint64_t index = 0, state = 0; };
    static constexpr size_t kChunk = 1;
    CpuBound(size_t n, uint64_t burn50us) : m_n(n), m_burn(burn50us) {}
    size_t batches() const { return m_n; }
    size_t items() const { return m_n; }
    int steps() const { return 3; }
    int workers(int k) const { return k == 1 ? 2 : 1; }
    void make(size_t i, Payload &p) { p.index = p.state = i; }
    void step(int k, Payload &p) const { p.state = burn(k == 1 ? 3 * m_burn : m_burn, p.state); }
    void consume(Payload &p)
    {
        asm volatile("" : : "r"(p.state));      // keeps the work alive in a fused loop
        m_bad += p.index != m_next++;
    }
    bool ok() const { return m_next == m_n && m_bad == 0; }

private:
    size_t m_n;
    uint64_t m_burn;
    size_t m_next = 0, m_bad = 0;
};

// W4
class Sleeping {
public:
    struct Payload { uint64_t index = 0; };
    static constexpr size_t kChunk = 1;
    Sleeping(size_t n, int first, int second) : m_n(n), m_workers{first, second} {}
    size_t batches() const { return m_n; }
    size_t items() const { return m_n; }
    int steps() const { return 2; }
    int workers(int k) const { return m_workers[k]; }
    void make(size_t i, Payload &p) { p.index = i; }
    void step(int, Payload &) const { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }
    void consume(Payload &p) { m_bad += p.index != m_next++; }
    bool ok() const { return m_next == m_n && m_bad == 0; }

private:
    size_t m_n;
    int m_workers[2];
    size_t m_next = 0, m_bad = 0;
};

// W5
class CsvJob {
public:
    struct Record {
        int64_t id = 0, qty = 0;
        double price = 0, total = 0;
        std::string name, city;
    };
    struct Payload {
        std::string_view text;          // in
        std::vector<Record> records;    // parsed
        std::string out;                // formatted
    };
    static constexpr size_t kChunk = 1;

    // `text` outlives the job.
    CsvJob(std::string_view text, size_t lines, size_t linesPerBatch, const std::string &outPath)
        : m_text(text), m_lines(lines), m_per(linesPerBatch), m_file(std::fopen(outPath.c_str(), "wb"))
    {
        if (!m_file)
            throw std::runtime_error("cannot write " + outPath);
        std::setvbuf(m_file, nullptr, _IOFBF, 1 << 18);
    }
    ~CsvJob() { std::fclose(m_file); }
    CsvJob(const CsvJob &) = delete;
    CsvJob &operator=(const CsvJob &) = delete;

    size_t batches() const { return (m_lines + m_per - 1) / m_per; }
    size_t items() const { return m_lines; }
    int steps() const { return 3; }
    int workers(int) const { return 2; }

    void make(size_t, Payload &p)
    {
        const char *b = m_text.data() + m_at, *e = m_text.data() + m_text.size(), *c = b;
        for (size_t i = 0; i < m_per && c < e; ++i) {
            auto *nl = static_cast<const char *>(std::memchr(c, '\n', size_t(e - c)));
            c = nl ? nl + 1 : e;
        }
        p.text = {b, size_t(c - b)};
        m_at += p.text.size();
    }
    void step(int k, Payload &p) const
    {
        if (k == 0) parse(p);
        else if (k == 1) transform(p);
        else format(p);
    }
    void consume(Payload &p)
    {
        // Order check: the ids of the lines are 0, 1, 2, ...
        uint64_t id = 0;
        std::from_chars(p.out.data(), p.out.data() + p.out.size(), id);
        m_bad += id != m_next;
        m_next += m_per;
        m_bytes += p.out.size();
        std::fwrite(p.out.data(), 1, p.out.size(), m_file);
    }
    bool ok() const { return m_bad == 0 && m_next >= m_lines && m_bytes > m_text.size() / 2; }

    static void generate(const std::string &path, size_t lines)
    {
        static const char *cities[] = {"Berlin", "Paris", "Wien", "Roma", "Oslo", "Lisboa", "Praha", "Bern"};
        FILE *f = std::fopen(path.c_str(), "wb");
        if (!f)
            throw std::runtime_error("cannot write " + path);
        uint64_t x = 88172645463325252ull;
        for (size_t i = 0; i < lines; ++i) {
            x = burn(1, x);
            std::fprintf(f, "%zu,item-%u,%u,%u.%02u,%s,2024-%02u-%02u\n", i, unsigned(x % 100000),
                         unsigned(x >> 20) % 100, unsigned(x >> 30) % 1000, unsigned(x >> 40) % 100,
                         cities[(x >> 50) % 8], 1 + unsigned(x >> 53) % 12, 1 + unsigned(x >> 57) % 28);
        }
        std::fclose(f);
    }

private:
    static void parse(Payload &p)
    {
        const char *c = p.text.data(), *e = c + p.text.size();
        p.records.clear();
        p.records.reserve(size_t(std::count(c, e, '\n')));
        while (c < e) {
            Record &r = p.records.emplace_back();
            c = std::from_chars(c, e, r.id).ptr + 1;
            auto field = [&](char sep) {
                auto *s = static_cast<const char *>(std::memchr(c, sep, size_t(e - c)));
                std::string_view v(c, size_t(s - c));
                c = s + 1;
                return v;
            };
            r.name = field(',');
            c = std::from_chars(c, e, r.qty).ptr + 1;
            c = std::from_chars(c, e, r.price).ptr + 1;
            r.city = field(',');
            field('\n');
        }
    }
    static void transform(Payload &p)
    {
        for (Record &r : p.records) {
            r.total = double(r.qty) * r.price * 1.19;
            for (char &c : r.city)
                if (c >= 'a' && c <= 'z') c = char(c - 32);
        }
    }
    static void format(Payload &p)
    {
        p.out.clear();
        p.out.reserve(p.records.size() * 48);
        char buf[64];
        for (const Record &r : p.records) {
            p.out.append(buf, std::to_chars(buf, buf + 64, r.id).ptr);
            p.out += ';';
            p.out += r.name;
            p.out += ';';
            p.out += r.city;
            p.out += ';';
            p.out.append(buf, std::to_chars(buf, buf + 64, r.total, std::chars_format::fixed, 2).ptr);
            p.out += '\n';
        }
        p.records.clear();
    }

    std::string_view m_text;
    size_t m_lines, m_per, m_at = 0;
    FILE *m_file;
    size_t m_next = 0, m_bytes = 0, m_bad = 0;
};

} // namespace pb

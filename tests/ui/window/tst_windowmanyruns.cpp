// SPDX-License-Identifier: MIT
// A window in which one pipeline is run again and again doesn't grow.
#include "document/Document.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"

#include <QAction>
#include <QTest>

#include <cstdio>
#include <malloc.h>
#include <unistd.h>

namespace millrace::tst_windowmanyruns {

namespace {

constexpr int Patience = 60'000; // milliseconds
constexpr int WarmUp = 20, Runs = 100;
constexpr uint64_t Bound = 8u << 20; // bytes: 80 KiB a run

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool KeepsWhatWasFreed = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool KeepsWhatWasFreed = true;
#else
constexpr bool KeepsWhatWasFreed = false;
#endif
#else
constexpr bool KeepsWhatWasFreed = false;
#endif

/// What the process has in memory, without what it only keeps for later.
uint64_t residentBytes()
{
    ::malloc_trim(0);
    unsigned long long all = 0, resident = 0;
    FILE *file = std::fopen("/proc/self/statm", "re");
    const bool isRead = file && std::fscanf(file, "%llu %llu", &all, &resident) == 2;
    if (file)
        std::fclose(file);
    return isRead ? resident * uint64_t(::sysconf(_SC_PAGESIZE)) : 0;
}

PipelineStep stepOf(const char *id, const char *type, double x, Members params)
{
    PipelineStep step;
    step.id = id;
    step.type = type;
    step.position = Position{x, 100};
    step.onError = ErrorPolicy::Skip;
    step.params = std::move(params);
    return step;
}

/// A script, a program, items that fail, and some that are kept to be looked at.
Pipeline everything()
{
    Pipeline pipeline;
    pipeline.batching.size = 10;
    pipeline.steps = {
        stepOf("numbers", "generate", 40, {{"count", Value(int64_t(200))}}),
        stepOf("script", "javascript", 240,
               {{"code", Value("function transform(item) { item.text = 'x'.repeat(500); return item }")}}),
        stepOf("fails", "fail", 440, {{"expression", Value("value % 2 == 0")}, {"message", Value("no")}}),
        stepOf("program", "program", 640, {{"command", Value("cat")}, {"protocol", Value("lines")}}),
        stepOf("seen", "view", 840, {})};
    for (size_t i = 1; i < pipeline.steps.size(); ++i) {
        Link link;
        link.fromStep = pipeline.steps[i - 1].id;
        link.toStep = pipeline.steps[i].id;
        pipeline.links.push_back(std::move(link));
    }
    return pipeline;
}

} // namespace

class TestWindowManyRuns : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void aHundredRunsLeaveNothingBehind()
    {
        if (KeepsWhatWasFreed)
            QSKIP("A sanitizer keeps what was freed.");
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        m_window->showWelcome(false);
        m_window->document().reset(everything());
        for (int i = 0; i < WarmUp; ++i)
            run();
        const uint64_t before = residentBytes();
        QVERIFY(before > 0);
        for (int i = 0; i < Runs; ++i)
            run();
        const uint64_t after = residentBytes();
        QVERIFY2(
            after < before + Bound,
            qPrintable(
                QStringLiteral("%1 KiB before, %2 KiB after %3 runs").arg(before >> 10).arg(after >> 10).arg(Runs)));
        m_window.reset();
    }

private:
    void run()
    {
        m_window->bridge().start(m_window->document().pipeline(), m_folder->path());
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(), Patience);
        QCOMPARE(m_window->bridge().outcome().state, RunState::Finished);
        QCOMPARE(m_window->bridge().errorCount(), uint64_t(100));
    }
};

} // namespace millrace::tst_windowmanyruns

QTEST_MAIN(millrace::tst_windowmanyruns::TestWindowManyRuns)
#include "tst_windowmanyruns.moc"

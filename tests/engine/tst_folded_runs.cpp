// SPDX-License-Identifier: MIT
// What a drawing gives of which some steps were folded into a pipeline of their own: the same, byte for byte.
#include "data/files/FilePath.h"
#include "engine/RandomDrawing.h"
#include "engine/Run.h"
#include "engine/TestPlan.h"
#include "pipeline/fold/FoldSteps.h"
#include "pipeline/fold/UnfoldStep.h"
#include "pipeline/PipelineFile.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <map>

using namespace millrace;
using namespace millrace::test;

namespace tst_folded_runs {

namespace {

/// How a run ended, and all that it wrote.
struct Results
{
    RunState state = RunState::Ready;
    std::map<QString, QByteArray> files;

    bool operator==(const Results &) const = default;
};

QByteArray described(const Results &results)
{
    QByteArray text = "state " + QByteArray::number(int(results.state)) + '\n';
    for (const auto &[name, content] : results.files)
        text += name.toUtf8() + ": " + content.left(300) + '\n';
    return text;
}

} // namespace

class TestFoldedRuns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QByteArray items;
        for (int i = 0; i < 90; ++i)
            items += "{\"value\": " + QByteArray::number(i * 7 % 50) + "}\n";
        QFile file(m_folder->filePath(QStringLiteral("in.jsonl")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(items) == items.size());
        QVERIFY(QDir(m_folder->path()).mkpath(QStringLiteral("parts/deep")));
    }
    void foldedAndUnfoldedRunsGiveTheSame();

private:
    Results run(const Pipeline &pipeline)
    {
        QDir out(m_folder->filePath(QStringLiteral("out")));
        out.removeRecursively();
        QDir(m_folder->path()).mkdir(QStringLiteral("out"));
        RunOptions options;
        options.folder = folder();
        auto made = Run::create(pipeline, m_registry, options);
        if (!made)
            qFatal("%s\n%s", made.error().message.c_str(), writePipeline(pipeline).c_str());
        (*made)->start();
        if (!(*made)->waitForDone(Patience))
            qFatal("hangs:\n%s", writePipeline(pipeline).c_str());
        Results results{(*made)->outcome().state, {}};
        for (const QString &name : out.entryList(QDir::Files | QDir::Hidden)) {
            QFile file(out.filePath(name));
            if (file.open(QIODevice::ReadOnly))
                results.files[name] = file.readAll();
        }
        return results;
    }

    std::string folder() const { return m_folder->path().toStdString(); }

    const StepRegistry m_registry = [] {
        StepRegistry all;
        registerBuiltInSteps(all);
        return all;
    }();
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestFoldedRuns::foldedAndUnfoldedRunsGiveTheSame()
{
    const uint64_t seed = qEnvironmentVariableIsSet("MILLRACE_SEED")
                              ? qEnvironmentVariable("MILLRACE_SEED").toULongLong()
                              : std::random_device{}();
    const int wanted =
        qEnvironmentVariableIsSet("MILLRACE_FOLDS") ? qEnvironmentVariableIntValue("MILLRACE_FOLDS") : 40;
    std::mt19937_64 random(seed);
    int folded = 0, refused = 0, finished = 0;
    while (folded < wanted) {
        const Pipeline drawn = makeRandomDrawing(random);
        Results expected = run(drawn);
        Pipeline now = drawn;
        for (int level = 0; level < 6; ++level) {
            const char *files[] = {"part%1.millrace", "parts/part%1.millrace", "parts/deep/part%1.millrace"};
            FoldedPart part{makeRandomSelection(now, random)};
            part.folder = folder();
            part.file = m_folder->filePath(QString::fromLatin1(files[random() % 3]).arg(level)).toStdString();
            if (const Problems why = whyNoFold(now, part, m_registry); !why.empty()) {
                QVERIFY2(why.front().text.ends_with('.'), why.front().text.c_str());
                ++refused;
                continue;
            }
            const Folding folding = foldSteps(now, part, m_registry);
            QVERIFY(savePipeline(folding.inner, part.file));
            const QByteArray where = "seed " + QByteArray::number(quint64(seed)) + "\nbefore:\n"
                                     + QByteArray::fromStdString(writePipeline(now)) + "\nafter:\n"
                                     + QByteArray::fromStdString(writePipeline(folding.outer)) + "\nwith:\n"
                                     + QByteArray::fromStdString(writePipeline(folding.inner)) + '\n';
            Results given = run(folding.outer);
            // Failed items say where, with the part before it.
            for (auto &[name, content] : given.files)
                while (content.contains("\"error.step\":\"" + QByteArray::fromStdString(folding.step) + '/'))
                    content.replace("\"error.step\":\"" + QByteArray::fromStdString(folding.step) + '/',
                                    "\"error.step\":\"");
            QVERIFY2(given == expected, (where + described(expected) + described(given)).constData());
            const auto unfolding = unfoldStep(folding.outer, folding.step, m_registry, folder());
            QVERIFY2(unfolding, (where + (unfolding ? "" : unfolding.error().message.c_str())).constData());
            QVERIFY(unfolding->steps == part.steps);
            QCOMPARE(unfolding->outer.steps.size(), now.steps.size());
            const Results again = run(unfolding->outer);
            const QByteArray unfolded = "unfolded:\n" + QByteArray::fromStdString(writePipeline(unfolding->outer));
            QVERIFY2(again == expected, (where + unfolded + described(expected) + described(again)).constData());
            ++folded;
            finished += int(expected.state == RunState::Finished);
            now = folding.outer;
            expected = run(now);
        }
    }
    qInfo("%d folded, of which %d finished; %d refused", folded, finished, refused);
    QVERIFY(finished * 2 > folded);
}

} // namespace tst_folded_runs

QTEST_GUILESS_MAIN(tst_folded_runs::TestFoldedRuns)
#include "tst_folded_runs.moc"

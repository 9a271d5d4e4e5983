// SPDX-License-Identifier: MIT
#include "model/Edits.h"
#include "steps/StepType.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace millrace;

namespace tst_edits {

class TestEdits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inputsThatTheNewFolderLacksKeepTheirPlace()
    {
        QTemporaryDir folder;
        const QDir all(folder.path());
        const QString from = all.filePath(QStringLiteral("old")), to = all.filePath(QStringLiteral("new"));
        QVERIFY(all.mkpath(QStringLiteral("old/data/many")) && all.mkpath(QStringLiteral("new/data")));
        for (const char *name : {"old/data/here.csv", "old/data/both.csv", "new/data/both.csv"}) {
            QFile file(all.filePath(QLatin1String(name)));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        Pipeline pipeline;
        const auto add = [&](const char *type, const char *param, const std::string &path) {
            PipelineStep step;
            step.id = freeId(pipeline, "step");
            step.type = type;
            step.setParam(param, Value(path));
            pipeline.steps.push_back(std::move(step));
        };
        const std::string absolute = all.filePath(QStringLiteral("old/data/here.csv")).toStdString();
        add("read.csv", "path", "data/here.csv");
        add("read.csv", "path", "data/both.csv");
        add("read.csv", "path", "data/nowhere.csv");
        add("read.csv", "path", absolute);
        add("read.files", "folder", "data/many");
        add("write.csv", "path", "data/here.csv");
        pipeline.steps[0].workerArguments = {{{"path", Value("data/here.csv")}}};
        const Pipeline before = pipeline;

        StepRegistry registry;
        registerBuiltInSteps(registry);
        QCOMPARE(keepInputPaths(pipeline, registry, from, to), 3);
        const auto path = [&](size_t step, const char *param = "path") {
            return std::string(pipeline.steps[step].param(param)->toText());
        };
        QCOMPARE(path(0), std::string("../old/data/here.csv"));
        QCOMPARE(path(4, "folder"), std::string("../old/data/many"));
        QCOMPARE(std::string(pipeline.steps[0].workerArguments[0][0].second.toText()),
                 std::string("../old/data/here.csv"));
        for (const size_t step : {1, 2, 3, 5})
            QVERIFY2(pipeline.steps[step] == before.steps[step], pipeline.steps[step].type.c_str());

        QCOMPARE(keepInputPaths(pipeline, registry, to, to), 0);
    }
};

} // namespace tst_edits

QTEST_GUILESS_MAIN(tst_edits::TestEdits)
#include "tst_edits.moc"

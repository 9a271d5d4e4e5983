// SPDX-License-Identifier: MIT
// What must be agreed to of steps that manifests declare.
#include "pipeline/PipelineFile.h"
#include "steps/manifest/StepFolders.h"
#include "trust/Permissions.h"
#include "trust/TrustRecord.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

namespace millrace::tst_declared {

class TestDeclared : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itsProgramItsFilesAndItsSettingsCount()
    {
        const QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("steps")));
        const auto write = [&folder](const char *name, const QByteArray &text) {
            QFile file(folder.filePath(QString::fromUtf8(name)));
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
        };
        const PipelinePlace place{folder.path().toStdString(),
                                  folder.filePath(QStringLiteral("p.millrace")).toStdString()};
        const TrustRecord record(folder.filePath(QStringLiteral("none/trusted")).toStdString());
        const QByteArray manifest = R"({"id": "own", "command": "python3 own.py", "params": [{"name": "word"}]})";
        write("steps/own.step.json", manifest);
        write("steps/own.py", "one");
        StepRegistry registry;
        registerBuiltInSteps(registry);
        const auto found = [&](const char *params) {
            (void)declareSteps(registry, place.folder);
            const Permissions all =
                permissionsOf(
                    parsePipeline(
                        std::string(R"({"millrace": 1, "links": [], "steps": [{"id": "o", "type": "own", "params": )")
                        + params + "}]}")
                        ->pipeline,
                    registry, place, record)
                    .needed;
            return all.size() == 1 ? all.front() : Permission();
        };
        const Permission first = found(R"({"word": "a"})");
        QCOMPARE(first.kind, Permission::Kind::Execute);
        QVERIFY(first.isProgram);
        QCOMPARE(first.text, "python3 own.py\nword: a");
        QVERIFY(std::ranges::any_of(first.guarded, [](const auto &file) { return file.first.ends_with("own.py"); }));
        QCOMPARE(found(R"({"word": "a"})").print, first.print);
        QVERIFY(found(R"({"word": "b"})").print != first.print);
        write("steps/own.py", "two");
        const Permission second = found(R"({"word": "a"})");
        QVERIFY(second.print != first.print);
        write("steps/own.step.json", QByteArray(manifest).replace("own.py", "own.py -v"));
        QVERIFY(found(R"({"word": "a"})").definition != second.definition);
    }
};

} // namespace millrace::tst_declared

QTEST_GUILESS_MAIN(millrace::tst_declared::TestDeclared)
#include "tst_declared.moc"

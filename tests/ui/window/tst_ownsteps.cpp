// SPDX-License-Identifier: MIT
// The steps that manifests declare for the pipeline of a window.
#include "document/Document.h"
#include "window/commands/OwnSteps.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace millrace;

namespace tst_ownsteps {

class TestOwnSteps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_DATA_HOME", "/nonexistent"); // nobody's own steps
        qunsetenv("MILLRACE_STEPS");
    }
    void theStepsOfAFoldersPipelineComeWithIt()
    {
        const QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("steps")));
        write(folder, "steps/mine.step.json", "{\"id\": \"mine\", \"command\": \"cat\"}");
        write(folder, "p.millrace",
              "{\"millrace\": 1, \"steps\": [{\"id\": \"a\", \"type\": \"mine\"}], \"links\": []}");
        StepRegistry registry;
        registerBuiltInSteps(registry);
        Document document(registry);
        OwnSteps own(registry, document);
        QSignalSpy changed(&own, &OwnSteps::changed), warned(&own, &OwnSteps::warned);
        QVERIFY(!registry.find("mine"));
        document.open(folder.filePath(QStringLiteral("p.millrace")));
        QTRY_COMPARE(document.pipeline().steps.size(), size_t(1));
        QVERIFY(registry.find("mine"));
        QCOMPARE(changed.count(), 1);

        own.look();
        QCOMPARE(changed.count(), 1); // nothing is new
        write(folder, "steps/broken.step.json", "{");
        write(folder, "steps/other.step.json", "{\"id\": \"other\", \"command\": \"cat\"}");
        QSignalSpy edited(&document, &Document::changed);
        own.look();
        QCOMPARE(changed.count(), 2);
        QCOMPARE(edited.count(), 1); // everything looks again
        QVERIFY(registry.find("other"));
        QCOMPARE(warned.count(), 1);
        QVERIFY(warned[0][0].toString().contains(QStringLiteral("broken.step.json is no JSON")));
        document.reset();
        QVERIFY(!registry.find("mine"));
    }

private:
    static void write(const QTemporaryDir &folder, const char *name, const QByteArray &text)
    {
        QFile file(folder.filePath(QString::fromUtf8(name)));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }
};

} // namespace tst_ownsteps

QTEST_MAIN(tst_ownsteps::TestOwnSteps)
#include "tst_ownsteps.moc"

// SPDX-License-Identifier: MIT
// Texts come with other people's files: what they name isn't read.
#include "theme/LoadedTexts.h"

#include <QImage>
#include <QLabel>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <QTextDocument>

#include <sys/stat.h>

namespace millrace {

class TestLoadedTexts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        keepTextsFromLoading();
        QVERIFY(m_folder.isValid());
        QImage large(300, 200, QImage::Format_RGB32);
        large.fill(Qt::red);
        QVERIFY(large.save(path("large.png")));
        QCOMPARE(::mkfifo(path("pipe").toLocal8Bit().constData(), 0600), 0);
    }

    void noTextLoadsAPicture_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("a file") << path("large.png");
        QTest::newRow("an address of a file") << QStringLiteral("file://") + path("large.png");
        QTest::newRow("data") << QStringLiteral("data:image/png;base64,iVBORw0KGgo=");
        QTest::newRow("a pipe") << path("pipe"); // would be waited for without end
        QTest::newRow("a device") << QStringLiteral("/dev/zero");
        QTest::newRow("elsewhere") << QStringLiteral("http://localhost:1/x.png");
    }
    void noTextLoadsAPicture()
    {
        QFETCH(QString, name);
        QTextDocument note;
        note.setMarkdown(QStringLiteral("![x](%1)").arg(name));
        QVERIFY2(note.size().height() < 100, "the picture is there");
        QLabel label(QStringLiteral("<img src=\"%1\">").arg(name)); // as a tool tip shows it
        QVERIFY(label.sizeHint().height() < 100);
        QTextBrowser help;
        help.setHtml(QStringLiteral("<link rel=\"stylesheet\" href=\"%1\"><p><img src=\"%1\"></p>").arg(name));
        QVERIFY(help.document()->size().height() < 100);
    }

private:
    QString path(const char *name) const { return m_folder.filePath(QString::fromLatin1(name)); }

    const QTemporaryDir m_folder;
};

} // namespace millrace

QTEST_MAIN(millrace::TestLoadedTexts)
#include "tst_loaded_texts.moc"

// SPDX-License-Identifier: MIT
#include "theme/Theme.h"
#include "ui/support/Pictures.h"
#include "welcome/WelcomePage.h"

#include <QFile>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

namespace millrace::tst_welcome {

class TestWelcome : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_theme.setKind(ThemeKind::Light);
        m_page = std::make_unique<WelcomePage>(m_theme);
        std::vector<WelcomeExample> examples;
        for (const char *id : {"one", "two", "three"})
            examples.push_back(
                {QLatin1String(id),
                 QStringLiteral("Example ") + QLatin1String(id),
                 QStringLiteral("There is something to see here, and it takes more than one line to say "
                                "what that is, for it is not easy to say, nor soon said."),
                 {QLatin1String(id) == QLatin1String("two") ? QStringLiteral("Needs jq, not installed here")
                                                            : QString(),
                  true},
                 [this](QSize size, double ratio) {
                     ++m_drawn;
                     QPixmap picture(size * ratio);
                     picture.setDevicePixelRatio(ratio);
                     picture.fill(m_theme.colors().accent);
                     return picture;
                 }});
        m_page->setExamples(examples);
        m_page->resize(940, 620);
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }

    void cleanup() { m_page.reset(); }

    void oneClickChoosesAnExample()
    {
        QSignalSpy chosen(m_page.get(), &WelcomePage::exampleChosen);
        QTest::mouseClick(cards()[1], Qt::LeftButton);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toString(), QStringLiteral("two"));
        QVERIFY(savePicture(*m_page, QStringLiteral("welcome-cards")));
    }

    void examplesAreReachedAndChosenByKeys()
    {
        QSignalSpy chosen(m_page.get(), &WelcomePage::exampleChosen), left(m_page.get(), &WelcomePage::left);
        m_page->focusFirst();
        QTRY_COMPARE(QApplication::focusWidget(), cards()[0]);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QTRY_COMPARE(QApplication::focusWidget(), cards()[2]);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toString(), QStringLiteral("three"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QCOMPARE(left.size(), 1);
    }

    void whatAnExampleNeedsIsSaid()
    {
        QVERIFY(cards()[1]->accessibleDescription().contains(QLatin1String("Needs jq")));
        QVERIFY(cards()[1]->toolTip().contains(QLatin1String("Needs jq")));
        QVERIFY(!cards()[0]->toolTip().contains(QLatin1String("Needs")));
        QCOMPARE(cards()[1]->height(), cards()[0]->height());
        QVERIFY(savePicture(*m_page, QStringLiteral("welcome-need")));
    }

    void picturesAreDrawnOnceForALook()
    {
        m_page->grab();
        const int drawn = m_drawn;
        m_page->grab();
        QCOMPARE(m_drawn, drawn);
        m_theme.setKind(ThemeKind::Dark);
        m_page->grab();
        QCOMPARE(m_drawn, drawn + 3);
    }

    void aNarrowPageHasOneColumn()
    {
        QVERIFY(cards()[0]->y() == cards()[1]->y());
        m_page->resize(360, 620);
        QTRY_VERIFY(cards()[0]->y() < cards()[1]->y());
        QCOMPARE(cards()[0]->x(), cards()[1]->x());
        QVERIFY(cards()[0]->geometry().right() < m_page->viewport()->width());
    }

    void recentFilesThatAreThereAreOffered()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("mine.millrace"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        m_page->setRecent({folder.filePath(QStringLiteral("gone.millrace")), path});
        QSignalSpy chosen(m_page.get(), &WelcomePage::recentChosen);
        const auto buttons = m_page->findChildren<QToolButton *>();
        QCOMPARE(buttons.size(), 1);
        QVERIFY(buttons.front()->text().startsWith(QLatin1String("mine.millrace")));
        QTest::mouseClick(buttons.front(), Qt::LeftButton);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toString(), path);
    }

    void theTwoWaysToBeginAreButtons()
    {
        QSignalSpy begun(m_page.get(), &WelcomePage::newChosen), opened(m_page.get(), &WelcomePage::openChosen);
        for (QPushButton *button : m_page->findChildren<QPushButton *>())
            QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(begun.size(), 1);
        QCOMPARE(opened.size(), 1);
    }

private:
    QList<ExampleCard *> cards() const { return m_page->findChildren<ExampleCard *>(); }

    Theme m_theme;
    int m_drawn = 0;
    std::unique_ptr<WelcomePage> m_page;
};

} // namespace millrace::tst_welcome

QTEST_MAIN(millrace::tst_welcome::TestWelcome)
#include "tst_welcome.moc"

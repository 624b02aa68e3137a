/**
 * What keeps a policy from doing harm: guards withdraw containers and hosts before it looks, and judge each move of its
 * plan afterwards. Each is switchable, and each explains itself with rejections.
 */
package org.livemigrate.scheduler.guard;
